import { createHash } from 'node:crypto';
import { WebhookRefused } from '../platform.ts';
import { equalSecrets, isRecent } from '../secret.ts';

/** SHA-1 of the sorted parts, as Tencent signs. */
function signatureOf(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

/**
 * Checks the signature in the query parameter `name`, which is over the token, the time, the nonce and what is given.
 * Refused with 401: `bad_signature`, `stale_timestamp`.
 */
export function checkSignature(
  query: URLSearchParams,
  name: 'signature' | 'msg_signature',
  token: string,
  ...signed: string[]
): void {
  const timestamp = query.get('timestamp') ?? '';
  const expected = signatureOf(token, timestamp, query.get('nonce') ?? '', ...signed);
  if (!equalSecrets(query.get(name) ?? '', expected))
    throw new WebhookRefused(401, 'bad_signature', `${name} is missing or wrong.`);
  if (!isRecent(Number(timestamp) * 1000))
    throw new WebhookRefused(401, 'stale_timestamp', 'The signed timestamp is too far from now.');
}
