import { createHash } from 'node:crypto';

/** Bytes of UTF-8 that Temporal takes. */
const LONGEST = 64;

/** What Temporal calls a tenant: its name, or what stands for a longer one. */
export function fairnessKey(tenant: string): string {
  if (typeof tenant !== 'string')
    throw new TypeError(`tenant() in the config must return a string, not ${typeof tenant}`);
  if (Buffer.byteLength(tenant) <= LONGEST) return tenant;
  return createHash('sha256').update(tenant).digest('base64url');
}
