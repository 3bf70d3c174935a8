import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFeishu } from '../../../platforms/feishu/feishu.ts';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { verification } from '../../fakes/feishu/rig.ts';
import { encrypted, forged, SECRETS, signed, unsigned } from '../../fakes/feishu/webhook.ts';

const MESSAGE = readFileSync(new URL('../../fixtures/feishu/p2p-text.json', import.meta.url), 'utf8');
const HOUR = 3_600_000;

const platformWith = (encryptKey?: string) =>
  createFeishu({
    appId: 'cli_1',
    appSecret: 'secret',
    verificationToken: SECRETS.token,
    encryptKey,
    apiBaseUrl: 'http://127.0.0.1:1',
  });
const refused = (status: number, code: string) =>
  expect.objectContaining({ name: 'WebhookRefused', status, code });
const withToken = (token: string | undefined) => {
  const event = JSON.parse(MESSAGE);
  event.header.token = token;
  return JSON.stringify(event);
};

describe('feishu: with an Encrypt Key', () => {
  const receive = (request: WebhookRequest) => platformWith(SECRETS.encryptKey).inbound.receive(request);

  it('decrypts as the documentation says', async () => {
    // The example of Feishu's documentation: key "test key", text "hello world".
    const body = '{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}';
    const at = Math.floor(Date.now() / 1000);
    const request = unsigned(body);
    request.headers.set('x-lark-request-timestamp', String(at));
    request.headers.set('x-lark-request-nonce', 'n');
    const signature = createHash('sha256').update(`${at}ntest key${body}`).digest('hex');
    request.headers.set('x-lark-signature', signature);
    // Decrypted, it is no JSON.
    await expect(platformWith('test key').inbound.receive(request)).rejects.toEqual(
      refused(400, 'invalid_json'),
    );
  });

  it('takes what is encrypted and signed', async () => {
    expect((await receive(signed(encrypted(MESSAGE)))).messages).toHaveLength(1);
  });

  it('refuses what is signed by another, not signed, or signed and not encrypted', async () => {
    await expect(receive(forged(signed(encrypted(MESSAGE))))).rejects.toEqual(refused(401, 'bad_signature'));
    await expect(receive(unsigned(encrypted(MESSAGE)))).rejects.toEqual(refused(401, 'bad_signature'));
    await expect(receive(unsigned(MESSAGE))).rejects.toEqual(refused(401, 'bad_signature'));
    await expect(receive(signed(MESSAGE))).rejects.toEqual(refused(400, 'invalid_message'));
  });

  it('refuses what is signed but has no or another verification token', async () => {
    for (const token of ['other', '', undefined])
      await expect(receive(signed(encrypted(withToken(token))))).rejects.toEqual(refused(401, 'bad_token'));
  });

  it("takes what is as old as Feishu's last redelivery, and nothing older or from the future", async () => {
    const at = (ms: number) => receive(signed(encrypted(MESSAGE), Date.now() + ms));
    expect((await at(-7 * HOUR)).messages).toHaveLength(1);
    await expect(at(-9 * HOUR)).rejects.toEqual(refused(401, 'stale_timestamp'));
    await expect(at(HOUR)).rejects.toEqual(refused(401, 'stale_timestamp'));
    const request = signed(encrypted(MESSAGE), Number.NaN);
    await expect(receive(request)).rejects.toEqual(refused(401, 'stale_timestamp'));
  });

  it('answers the verification of the address, signed or not, if it is encrypted and has the token', async () => {
    for (const request of [
      signed(encrypted(verification('abc'))),
      unsigned(encrypted(verification('abc'))),
    ]) {
      const { messages, respond } = await receive(request);
      expect(messages).toEqual([]);
      expect(await respond?.().json()).toEqual({ challenge: 'abc' });
    }
    for (const body of [verification('abc'), encrypted(verification('abc', 'other')), '{', encrypted('{')])
      await expect(receive(unsigned(body))).rejects.toEqual(refused(401, 'bad_signature'));
  });

  it('names what cannot be decrypted', async () => {
    for (const encrypt of ['AAAA', 'x'.repeat(64), Buffer.alloc(64).toString('base64')])
      await expect(receive(signed(JSON.stringify({ encrypt })))).rejects.toEqual(
        refused(400, 'invalid_message'),
      );
  });
});

describe('feishu: without an Encrypt Key', () => {
  const receive = (body: string) => platformWith().inbound.receive(unsigned(body));

  it('takes what has the verification token, and nothing else', async () => {
    expect((await receive(MESSAGE)).messages).toHaveLength(1);
    for (const token of ['other', '', undefined])
      await expect(receive(withToken(token))).rejects.toEqual(refused(401, 'bad_token'));
    await expect(receive('{}')).rejects.toEqual(refused(401, 'bad_token'));
    await expect(receive(encrypted(MESSAGE))).rejects.toEqual(refused(401, 'bad_token'));
    await expect(receive('{')).rejects.toEqual(refused(400, 'invalid_json'));
  });

  it('answers the verification of the address', async () => {
    const { respond } = await receive(verification('abc'));
    expect(await respond?.().json()).toEqual({ challenge: 'abc' });
    await expect(receive(verification('abc', 'other'))).rejects.toEqual(refused(401, 'bad_token'));
  });
});
