import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { APP } from './feishu.ts';

export const SECRETS = { token: 'verification-token-v19', encryptKey: 'encrypt-key-kudryavka' };
const OTHERS = { token: 'other-token', encryptKey: 'other-key' };

let events = 0;

/** An event as the webhook gets it, schema 2.0. */
export function eventBody(type: string, event: object, token = SECRETS.token): string {
  events += 1;
  return JSON.stringify({
    schema: '2.0',
    header: {
      event_id: `5e3702a84e847582be8db7fb7328${events}`,
      event_type: type,
      create_time: String(Date.now()),
      token,
      app_id: APP.id,
      tenant_key: '2df73991750',
    },
    event,
  });
}

/** `{encrypt}` as Feishu makes it. */
export function encrypted(body: string, { encryptKey } = SECRETS): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv);
  const bytes = Buffer.concat([iv, cipher.update(body), cipher.final()]);
  return JSON.stringify({ encrypt: bytes.toString('base64') });
}

export function unsigned(body: string): WebhookRequest {
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/feishu'),
    headers: new Headers({ 'content-type': 'application/json' }),
    body: Buffer.from(body),
  };
}

/** Signs a body as it is; `at` in ms. */
export function signed(body: string, at = Date.now(), { encryptKey } = SECRETS): WebhookRequest {
  const timestamp = String(Math.floor(at / 1000));
  const nonce = randomBytes(8).toString('hex');
  const signature = createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex');
  const request = unsigned(body);
  request.headers.set('x-lark-request-timestamp', timestamp);
  request.headers.set('x-lark-request-nonce', nonce);
  request.headers.set('x-lark-signature', signature);
  return request;
}

/** The same request, signed by somebody else. */
export function forged({ body }: WebhookRequest): WebhookRequest {
  return signed(Buffer.from(body).toString(), Date.now(), OTHERS);
}
