import type { Fact, Forgetting, MemoryOwner, Note, Remembered } from '../../contract/memory.ts';

/** Where facts are kept. Its methods throw where it cannot be reached; a write may then be repeated with the same key. */
export interface MemoryStore {
  /** All facts of an owner, oldest first. */
  read(owner: MemoryOwner, signal: AbortSignal): Promise<Fact[]>;
  remember(owner: MemoryOwner, note: Note, signal: AbortSignal): Promise<Remembered>;
  /** The ids of what was there, and is forgotten. */
  forget(owner: MemoryOwner, what: Forgetting, signal: AbortSignal): Promise<string[]>;
}
