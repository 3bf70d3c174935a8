import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { DecryptionError, EncryptionCodec } from '../../encryption/encryption-codec.ts';
import { KeyRing } from '../../encryption/key-ring.ts';
import { createKey } from './create-key.ts';

const [one, two] = [createKey(), createKey()];
const codecOf = (keys: string) => new EncryptionCodec(KeyRing.parse(keys));
const codec = codecOf(`one:${one}`);
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload) => defaultPayloadConverter.fromPayload(payload);
const LONG = 'a recognisable sentence; '.repeat(400);

async function encrypted(value: unknown, by = codec): Promise<Payload & { data: Uint8Array }> {
  const [payload] = await by.encode([payloadOf(value)]);
  if (!payload?.data) throw new Error('there is no payload');
  return payload as Payload & { data: Uint8Array };
}

async function decrypted(payload: Payload, by = codec): Promise<unknown> {
  const [plain] = await by.decode([payload]);
  return valueOf(plain ?? {});
}

const label = ({ metadata = {} }: Payload) =>
  Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  );

describe('encrypted values', () => {
  it.each([
    ['text', 'a short one'],
    ['much text', LONG],
    ['an object', { text: LONG, n: 1, none: null, list: [1, 2] }],
    ['bytes', new Uint8Array([0, 1, 255])],
    ['nothing', undefined],
    ['half a character', { text: '\ud83d' }],
  ])('of %s come back, and nothing of them can be seen', async (_, value) => {
    const payload = await encrypted(value);
    expect(await decrypted(payload)).toEqual(value);
    const seen = Buffer.from(payload.data).toString('latin1');
    for (const part of ['recognisable', 'short', 'json/plain', 'binary/plain'])
      expect(seen).not.toContain(part);
  });

  it('say which key and form they have', async () => {
    expect(label(await encrypted('short'))).toEqual({
      encoding: 'binary/encrypted',
      'encryption-cipher': 'aes-256-gcm',
      'encryption-key-id': 'one',
      'encryption-compression': 'none',
    });
  });

  it('are compressed where that gains, and never much larger than the value', async () => {
    const long = await encrypted(LONG);
    expect(label(long)['encryption-compression']).toBe('deflate');
    expect(long.data.length).toBeLessThan(LONG.length / 10);
    const noise = new Uint8Array(Buffer.from(Array.from({ length: 50_000 }, () => Math.random() * 256)));
    const noisy = await encrypted(noise);
    expect(label(noisy)['encryption-compression']).toBe('none');
    expect(noisy.data.length).toBeLessThan(noise.length + 100);
  });

  it('differ each time, though the value is the same', async () => {
    const [first, second] = [await encrypted('same'), await encrypted('same')];
    expect(Buffer.from(first.data)).not.toEqual(Buffer.from(second.data));
  });

  it('are read with any key of the ring, and written with its first', async () => {
    const old = await encrypted('old');
    const rotated = codecOf(`two:${two},one:${one}`);
    expect(await decrypted(old, rotated)).toBe('old');
    expect(label(await encrypted('new', rotated))['encryption-key-id']).toBe('two');
  });

  it('pass through as they are if they are not encrypted', async () => {
    const plain = payloadOf({ text: 'from before' });
    expect(await codec.decode([plain, {}])).toEqual([plain, {}]);
  });

  it('of a key that is not there name it, and the variable', async () => {
    const refused = decrypted(await encrypted('lost'), codecOf(`two:${two}`));
    await expect(refused).rejects.toThrow(DecryptionError);
    await expect(refused).rejects.toThrow(/the key "one", which is not in HOLDFAST_ENCRYPTION_KEYS/);
  });

  it('of another key with the same id are refused', async () => {
    const refused = decrypted(await encrypted('other'), codecOf(`one:${two}`));
    await expect(refused).rejects.toThrow(DecryptionError);
    await expect(refused).rejects.toThrow(/the key "one" of HOLDFAST_ENCRYPTION_KEYS is not the one/);
  });

  it.each(['encryption-cipher', 'encryption-key-id', 'encryption-compression'])(
    'whose %s was changed are refused',
    async (name) => {
      const both = codecOf(`one:${one},two:${one}`);
      const payload = await encrypted(LONG, both);
      const changed = {
        'encryption-cipher': 'none',
        'encryption-key-id': 'two',
        'encryption-compression': 'none',
      };
      const to = Buffer.from(changed[name as keyof typeof changed]);
      const forged = { ...payload, metadata: { ...payload.metadata, [name]: to } };
      await expect(decrypted(forged, both)).rejects.toThrow(DecryptionError);
    },
  );

  it('of which any byte was changed, or some are missing, are refused', async () => {
    const { metadata, data } = await encrypted('whole');
    for (let index = 0; index < data.length; index += 1) {
      const changed = Uint8Array.from(data);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(decrypted({ metadata: metadata ?? {}, data: changed })).rejects.toThrow(DecryptionError);
      await expect(decrypted({ metadata: metadata ?? {}, data: data.subarray(0, index) })).rejects.toThrow(
        DecryptionError,
      );
    }
  });
});
