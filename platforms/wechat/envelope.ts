import { decrypt } from '@wecom/crypto';
import { WebhookRefused } from '../platform.ts';
import { checkSignature } from './signature.ts';
import { parseXml, textOf } from './xml.ts';

export interface EnvelopeOptions {
  token: string;
  encodingAesKey: string;
  /** Whom envelopes must be for: the app id, or the corp id. */
  receiver: string;
  /** Name of the variable with the key, for errors. */
  variable: string;
}

/** The signed and encrypted form of what Tencent sends. */
export interface Envelope {
  /** The XML inside a webhook's body. Refused with 401 if it is not for us or not signed; see {@link checkSignature}. */
  open(query: URLSearchParams, body: Uint8Array): string;
  /** The text inside an encrypted one. */
  openText(query: URLSearchParams, encrypted: string): string;
}

/** Throws for a key that cannot be one. */
export function createEnvelope({ token, encodingAesKey, receiver, variable }: EnvelopeOptions): Envelope {
  if (!/^[A-Za-z0-9+/]{43}$/.test(encodingAesKey))
    throw new Error(`${variable}: must be the 43 characters of the EncodingAESKey in Tencent's console.`);

  const openText: Envelope['openText'] = (query, encrypted) => {
    checkSignature(query, 'msg_signature', token, encrypted);
    const { message, id } = decrypted(encodingAesKey, encrypted, variable);
    if (id !== receiver)
      throw new WebhookRefused(401, 'bad_signature', 'The envelope is for another account.');
    return message;
  };
  return {
    openText,
    open: (query, body) => openText(query, encryptedPart(body)),
  };
}

function decrypted(encodingAesKey: string, encrypted: string, variable: string) {
  try {
    return decrypt(encodingAesKey, encrypted);
  } catch {
    throw new WebhookRefused(
      401,
      'bad_signature',
      `The envelope cannot be opened: does ${variable} have its key?`,
    );
  }
}

/** The signature is over it, so it has to be read before the signature is checked. */
function encryptedPart(body: Uint8Array): string {
  const { Encrypt: encrypted } = (parseXml(textOf(body)) ?? {}) as { Encrypt?: unknown };
  if (typeof encrypted === 'string') return encrypted.trim();
  throw new WebhookRefused(401, 'bad_signature', 'The message is not encrypted.');
}
