import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { KeyRing } from './key-ring.ts';

const { Payload: Message } = proto.temporal.api.common.v1;
const CIPHER = 'aes-256-gcm';
/** As Temporal's own samples call it. */
const ENCRYPTED = 'binary/encrypted';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Less than this gains little. */
const COMPRESSED_FROM = 256;
/** Of recorded histories it leaves 22 %, and the default level, in twice the time, 20 %. */
const LEVEL = 1;

/** What stands beside an encrypted value; all of it is authenticated with the value. */
interface Label {
  encoding: typeof ENCRYPTED;
  'encryption-cipher': string;
  'encryption-key-id': string;
  'encryption-compression': 'deflate' | 'none';
}

/** A value that cannot be decrypted: its key is not there, or is another one, or the value was changed. */
export class DecryptionError extends Error {
  override name = 'DecryptionError';
}

/** What to do about a value that cannot be read, with keys or without any; undefined for all other errors. */
export function whyUnreadable(error: unknown): string | undefined {
  if (error instanceof DecryptionError) return error.message;
  const isWithoutKeys = error instanceof ValueError && error.message.includes(ENCRYPTED);
  return isWithoutKeys
    ? 'Values are encrypted there: set HOLDFAST_ENCRYPTION_KEYS as for gateways and workers.'
    : undefined;
}

/**
 * Compresses values where that gains, and encrypts them with AES-256-GCM: nonce, ciphertext and tag, one after the other. What is not
 * encrypted, from before there were keys or the server's own, is read as it is.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#encrypt(payload)));
  }

  /** Throws {@link DecryptionError}. */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#decrypt(payload)));
  }

  async #encrypt(payload: Payload): Promise<Payload> {
    const plain = Message.encode(payload).finish();
    const smaller =
      plain.length < COMPRESSED_FROM ? plain : await promisify(deflateRaw)(plain, { level: LEVEL });
    const gains = smaller.length < plain.length;
    const label: Label = {
      encoding: ENCRYPTED,
      'encryption-cipher': CIPHER,
      'encryption-key-id': this.#keys.first,
      'encryption-compression': gains ? 'deflate' : 'none',
    };
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(label), nonce).setAAD(authenticated(label));
    const data = [nonce, cipher.update(gains ? smaller : plain), cipher.final(), cipher.getAuthTag()];
    return { metadata: asMetadata(label), data: Buffer.concat(data) };
  }

  async #decrypt(payload: Payload): Promise<Payload> {
    const label = labelOf(payload);
    if (label.encoding !== ENCRYPTED) return payload;
    const sealed = payload.data ?? new Uint8Array();
    const key = this.#key(label);
    let opened: Buffer;
    try {
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(authenticated(label))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      opened = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new DecryptionError(
        `A value cannot be decrypted: the key "${label['encryption-key-id']}" of HOLDFAST_ENCRYPTION_KEYS is not the one it was encrypted with, or the value was changed.`,
        { cause },
      );
    }
    const isCompressed = label['encryption-compression'] === 'deflate';
    return Message.decode(isCompressed ? await promisify(inflateRaw)(opened) : opened);
  }

  #key({ 'encryption-key-id': id }: Label) {
    const key = this.#keys.key(id);
    if (key) return key;
    throw new DecryptionError(
      `A value is encrypted with the key "${id}", which is not in HOLDFAST_ENCRYPTION_KEYS: add it there, behind the others.`,
    );
  }
}

const NAMES = ['encoding', 'encryption-cipher', 'encryption-key-id', 'encryption-compression'] as const;

function authenticated(label: Label): Buffer {
  return Buffer.from(JSON.stringify(NAMES.map((name) => label[name])));
}

function asMetadata(label: Label): Record<string, Uint8Array> {
  return Object.fromEntries(NAMES.map((name) => [name, Buffer.from(label[name])]));
}

function labelOf({ metadata }: Payload): Label {
  const text = (name: string) => Buffer.from(metadata?.[name] ?? []).toString();
  return Object.fromEntries(NAMES.map((name) => [name, text(name)])) as unknown as Label;
}
