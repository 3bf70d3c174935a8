import { WebhookRefused, type WebhookRequest } from '../platform.ts';
import { isRecent } from '../secret.ts';

/** Checks that Discord signed a webhook request, just now. Refuses with 401. */
export type CheckSignature = (request: WebhookRequest) => Promise<void>;

/** `publicKey` in hexadecimal, as Discord shows it. Throws for one that is none. */
export function createSignatureCheck(publicKey: string): CheckSignature {
  if (!/^[0-9a-f]{64}$/i.test(publicKey))
    throw new Error(
      'DISCORD_PUBLIC_KEY: must be the 64 hexadecimal digits of the Public Key on the page General Information.',
    );
  let imported: ReturnType<typeof crypto.subtle.importKey> | undefined;
  return async ({ headers, body }) => {
    const signature = headers.get('x-signature-ed25519') ?? '';
    const timestamp = headers.get('x-signature-timestamp') ?? '';
    imported ??= crypto.subtle.importKey('raw', Buffer.from(publicKey, 'hex'), 'Ed25519', false, ['verify']);
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    const isValid =
      /^[0-9a-f]{128}$/i.test(signature) &&
      (await crypto.subtle.verify('Ed25519', await imported, Buffer.from(signature, 'hex'), signed));
    if (!isValid) throw new WebhookRefused(401, 'bad_signature', 'X-Signature-Ed25519 is missing or wrong.');
    if (!/^\d+$/.test(timestamp) || !isRecent(Number(timestamp) * 1000))
      throw new WebhookRefused(401, 'stale_timestamp', 'X-Signature-Timestamp is too far from now.');
  };
}
