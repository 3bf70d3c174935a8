import { createHash } from 'node:crypto';

/** The idempotency key of a delivery in at most `length` characters of `[0-9a-f]`, for platforms that ask for a short one. */
export function shortKey(key: string, length: number): string {
  return createHash('sha256').update(key).digest('hex').slice(0, length);
}

/** The idempotency key of a delivery as a UUID. */
export function uuidKey(key: string): string {
  const hex = shortKey(key, 32);
  // Version 8: a UUID of one's own making.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
