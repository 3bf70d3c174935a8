import type { FileContent } from '../platforms/platform.ts';

/** A file at hand, or why there is none. */
export type Fetched = FileContent | { note: string };

interface Kept {
  fetched: Fetched;
  /** In ms of `performance.now()`. */
  until: number;
}

/** Bytes kept by one worker. */
const CAPACITY = 64 * 1024 * 1024;
/** A note weighs this much, so that they too are bounded. */
const NOTE = 1_000;

/** The attachments that were fetched last, bounded in bytes: each step of a turn shows the model the same ones. */
export class FileCache {
  readonly #kept = new Map<string, Kept>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get(key: string): Fetched | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#remove(key, found);
    if (found.until < performance.now()) return undefined;
    this.#add(key, found);
    return found.fetched;
  }

  set(key: string, fetched: Fetched, keepMs: number): void {
    const before = this.#kept.get(key);
    if (before) this.#remove(key, before);
    this.#add(key, { fetched, until: performance.now() + keepMs });
    for (const [oldest, kept] of this.#kept) {
      if (this.#size <= this.#capacity) break;
      this.#remove(oldest, kept);
    }
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#size += weightOf(kept);
  }

  #remove(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#size -= weightOf(kept);
  }
}

function weightOf({ fetched }: Kept): number {
  return 'bytes' in fetched ? fetched.bytes.length : NOTE;
}
