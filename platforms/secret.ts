import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that tells nothing of where they differ: secrets, signatures. */
export function equalSecrets(given: string, expected: string): boolean {
  // Hashed, because the comparison takes constant time only for equal lengths.
  return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** How far a signed timestamp may be from now, in ms: what is older may be a replay. */
const WINDOW_MS = 5 * 60_000;

/** Whether a signed time, in ms since the epoch, is near enough to now. */
export function isRecent(ms: number): boolean {
  return Math.abs(Date.now() - ms) <= WINDOW_MS;
}
