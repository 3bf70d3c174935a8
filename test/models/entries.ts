import type { UserEntry } from '../../contract/transcript.ts';

let seq = 0;

/** A user's message of the transcript. */
export function user(text: string, rest: Partial<UserEntry> = {}): UserEntry {
  seq += 1;
  return { kind: 'user', seq, turn: 1, id: `event-${seq}`, text, at: 0, ...rest };
}

/** The smallest picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const PDF = Buffer.from('%PDF-1.4\n%%EOF\n');
