import { randomBytes } from 'node:crypto';

/** As `openssl rand -base64 32` writes it. */
export function createKey(): string {
  return randomBytes(32).toString('base64');
}
