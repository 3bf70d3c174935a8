import type { UserEntry } from '../../contract/transcript.ts';

let seq = 0;

/** A user's message of the transcript. */
export function user(text: string, rest: Partial<UserEntry> = {}): UserEntry {
  seq += 1;
  return { kind: 'user', seq, turn: 1, id: `event-${seq}`, text, at: 0, ...rest };
}
