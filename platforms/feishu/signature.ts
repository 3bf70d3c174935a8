import { createDecipheriv, createHash } from 'node:crypto';
import { z } from 'zod';
import { WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets } from '../secret.ts';
import { readBody } from '../webhook-body.ts';

export interface FeishuSecrets {
  verificationToken: string;
  /** With it everything must be encrypted and signed. */
  encryptKey?: string | undefined;
}

/**
 * Feishu tries again for 6 hours and does not say that it signs anew: what it redelivers must not be too old. What is
 * replayed within it is recognised by its event id.
 */
const OLDEST_MS = 8 * 3_600_000;
const MOST_AHEAD_MS = 5 * 60_000;

const encrypted = z.object({ encrypt: z.base64() });
const withToken = z.looseObject({
  token: z.string().optional(),
  type: z.string().optional(),
  header: z.looseObject({ token: z.string().optional() }).optional(),
});

/** The body of a request that is Feishu's, decrypted. Throws {@link WebhookRefused}. */
export function verifiedBody(request: WebhookRequest, secrets: FeishuSecrets): Uint8Array {
  const { encryptKey, verificationToken } = secrets;
  if (encryptKey === undefined) {
    checkToken(request.body, verificationToken);
    return request.body;
  }
  if (request.headers.has('x-lark-signature')) {
    checkSignature(request, encryptKey);
    const body = decrypted(request.body, encryptKey);
    checkToken(body, verificationToken);
    return body;
  }
  return unsignedVerification(request.body, encryptKey, verificationToken);
}

/** Only the verification of the address may be unsigned: it is encrypted, and nothing comes of it. */
function unsignedVerification(body: Uint8Array, encryptKey: string, verificationToken: string): Uint8Array {
  try {
    const opened = decrypted(body, encryptKey);
    checkToken(opened, verificationToken);
    if (readBody(opened, withToken).type === 'url_verification') return opened;
  } catch {
    // What is wrong with it is nobody's business.
  }
  throw new WebhookRefused(401, 'bad_signature', 'X-Lark-Signature is missing.');
}

function checkSignature({ headers, body }: WebhookRequest, encryptKey: string): void {
  const timestamp = headers.get('x-lark-request-timestamp') ?? '';
  const nonce = headers.get('x-lark-request-nonce') ?? '';
  const expected = createHash('sha256')
    .update(`${timestamp}${nonce}${encryptKey}`)
    .update(body)
    .digest('hex');
  if (!equalSecrets(headers.get('x-lark-signature') ?? '', expected))
    throw new WebhookRefused(401, 'bad_signature', 'X-Lark-Signature is wrong.');
  const age = Date.now() - Number(timestamp) * 1000;
  if (!(age <= OLDEST_MS && age >= -MOST_AHEAD_MS))
    throw new WebhookRefused(401, 'stale_timestamp', 'X-Lark-Request-Timestamp is too far from now.');
}

function checkToken(body: Uint8Array, expected: string): void {
  const { header, token } = readBody(body, withToken);
  if (!equalSecrets(header?.token ?? token ?? '', expected))
    throw new WebhookRefused(401, 'bad_token', 'The verification token is missing or wrong.');
}

/** AES-256-CBC, as the SDK's `AESCipher`, whose import alone takes half a second. */
function decrypted(body: Uint8Array, encryptKey: string): Uint8Array {
  const bytes = Buffer.from(readBody(body, encrypted).encrypt, 'base64');
  const key = createHash('sha256').update(encryptKey).digest();
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
  } catch {
    throw new WebhookRefused(400, 'invalid_message', 'encrypt: cannot be decrypted with FEISHU_ENCRYPT_KEY.');
  }
}
