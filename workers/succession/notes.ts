import { openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Attempt, NoteAttempt } from '../../activities/note-attempt.ts';

/** An attempt, and whose it is. */
export interface Note extends Attempt {
  /** Of its worker, at Temporal. */
  identity: string;
}

/** Each note has a place of this many bytes; a longer one is none. */
const PLACE = 2048;
const STRUCK_OUT = Buffer.from('-');

/**
 * The notes of this process in a file, for others to read when it is gone. What was written outlives a SIGKILL, so nothing is flushed: a
 * note and its end take 4 µs.
 */
export class Notes {
  readonly #file: string;
  readonly #identity: string;
  #descriptor: number | undefined;
  readonly #free: number[] = [];
  #places = 0;

  constructor(file: string, identity: string) {
    this.#file = file;
    this.#identity = identity;
    this.#descriptor = openSync(file, 'wx', 0o600);
  }

  readonly note: NoteAttempt = (attempt) => {
    const note: Note = { ...attempt, identity: this.#identity };
    const bytes = Buffer.from(`${JSON.stringify(note)}\n`);
    if (bytes.length > PLACE) return () => {};
    const place = this.#free.pop() ?? this.#places++;
    this.#write(bytes, place);
    return () => {
      this.#write(STRUCK_OUT, place);
      this.#free.push(place);
    };
  };

  /** Without its file, nobody can take a note for true that could not be struck out. Throws if even that cannot be done. */
  #write(bytes: Buffer, place: number): void {
    if (this.#descriptor === undefined) return;
    try {
      const written = writeSync(this.#descriptor, bytes, 0, bytes.length, place * PLACE);
      if (written === bytes.length) return;
    } catch {
      // The disk is full, or broken.
    }
    rmSync(this.#file, { force: true });
    this.#descriptor = undefined;
  }
}

/** The notes that a process has left. */
export function readNotes(file: string): Note[] {
  const bytes = readFileSync(file);
  const places = Array.from({ length: Math.ceil(bytes.length / PLACE) }, (_, place) =>
    bytes.subarray(place * PLACE, (place + 1) * PLACE).toString(),
  );
  return places
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text.slice(0, text.indexOf('\n'))) as Note);
}
