import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../../../platforms/platform.ts';
import { createWhatsApp } from '../../../platforms/whatsapp/whatsapp.ts';
import type { ApiRequest } from '../../fakes/fake-api.ts';
import { errorAnswer, FakeWhatsApp } from '../../fakes/whatsapp/whatsapp.ts';

const ANN = '16505551234';
const USER_ID = 'US.13491208655302741918';
const GROUP = 'Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD';
const TOKEN = 'EAAJB-access-token';

let fake: FakeWhatsApp;
let platform: Platform;
beforeEach(async () => {
  fake = await FakeWhatsApp.start({ token: TOKEN, phoneNumberId: '106540352242922' });
  platform = platformWith();
});
afterEach(() => fake.api.close());

const platformWith = (accessToken = TOKEN, apiBaseUrl = fake.api.url) =>
  createWhatsApp({
    accessToken,
    appSecret: 'app-secret-1',
    verifyToken: 'verify-token-1',
    phoneNumberId: '106540352242922',
    apiBaseUrl,
  });
const to = (conversation: string, inReplyTo = fake.hear(conversation)): OutboundContext => ({
  conversation,
  inReplyTo,
  key: 'turn-1.0',
  knownMessageIds: [],
  signal: new AbortController().signal,
});
const isSend = ({ path }: ApiRequest) => path.endsWith('/messages');
const failure = (sending: Promise<unknown>) =>
  sending.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

describe('whatsapp: outbound', () => {
  it('writes markdown as WhatsApp does, without previews, and quotes nothing in a chat', async () => {
    await platform.outbound.post(to(ANN), '# Plan\n\n**bold** *it* ~~no~~ `x` [docs](https://example.com)');
    expect(fake.shown(ANN)[0]?.request).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: ANN,
      type: 'text',
      text: { body: '*Plan*\n\n*bold* _it_ ~no~ `x` docs (https://example.com)', preview_url: false },
    });
  });

  it('answers people by their number while it is told, else by their user id, and groups by their id', async () => {
    await platform.outbound.post(to(USER_ID), 'Hello');
    expect(fake.shown(USER_ID)[0]?.request).toMatchObject({ recipient: USER_ID });
    fake.hear(ANN);
    await platform.outbound.post({ ...to(USER_ID), returnAddress: { phoneNumber: ANN } }, 'By number');
    expect(fake.shown(ANN)[0]?.request).toMatchObject({ to: ANN });
    const context = to(GROUP);
    await platform.outbound.post(context, 'Hello');
    expect(fake.shown(GROUP)[0]?.request).toMatchObject({
      recipient_type: 'group',
      context: { message_id: context.inReplyTo },
    });
  });

  it('takes a message for sent when WhatsApp says so without an id', async () => {
    fake.api.refuse(isSend, { status: 200, body: { messaging_product: 'whatsapp' } });
    expect((await platform.outbound.post(to(ANN), 'Hello')).messageId).toMatch(/./);
  });

  it('refuses a conversation that is none', async () => {
    for (const conversation of ['a b', 'ü', ''])
      await expect(platform.outbound.post(to(conversation), 'Hi')).rejects.toBeInstanceOf(DeliveryRefused);
  });

  it('shows up to three short buttons as buttons, more or longer ones as a list, and lines in groups', async () => {
    const button = (label: string) => ({ label, value: `value of ${label}` });
    const short = ['Yes', 'No', 'Later'].map(button);
    const kinds = async (text: string, buttons: typeof short) => {
      await platform.outbound.post(to(ANN), text, buttons);
      const last = fake.shown(ANN).at(-1);
      expect(last?.buttons).toEqual(buttons);
      return last?.request.type === 'interactive' && last.request.interactive.type;
    };
    expect(await kinds('Shall I?', short)).toBe('button');
    expect(await kinds('Shall I?', [...short, button('Never')])).toBe('list');
    expect(await kinds('Shall I?', [button('A label of 24 characters')])).toBe('list');
    expect(await kinds('Why? '.repeat(400), short)).toBe('list');
    await platform.outbound.post(to(GROUP), 'Shall I?', short);
    expect(fake.shown(GROUP)[0]?.text).toContain('Yes: value of Yes');
  });

  it('shows buttons that WhatsApp does not take as lines', async () => {
    const buttons = ['a', 'b'].map((value) => ({ label: 'Same', value }));
    await platform.outbound.post(to(ANN), 'Which?', buttons);
    expect(fake.shown(ANN)).toMatchObject([{ text: 'Which?\nSame: a\nSame: b', buttons: [] }]);
  });

  it('always finds room for buttons as lines under the last part of a long text', async () => {
    const text = 'A sentence of the reply. '.repeat(1_000);
    for (let from: number | null = 0; from !== null; ) {
      const part = platform.outbound.split(text, from);
      const buttons = Array.from({ length: 8 }, (_, n) => ({
        label: `Choice ${n} of 24 characters`,
        value: `${n}`.repeat(64),
      }));
      await platform.outbound.post(to(GROUP), part.text, buttons);
      from = part.next;
    }
    const shown = fake.shown(GROUP);
    expect(shown.length).toBeGreaterThan(5);
    for (const { text: one } of shown) expect(one).toMatch(/Choice 0 of 24 characters.*\n.*Choice 1/);
    await platform.outbound.post(to(GROUP), 'Shall I?', [{ label: 'Yes', value: 'Yes' }]);
    expect(fake.shown(GROUP).at(-1)?.text).toBe('Shall I?\nYes');
  });

  it('answers in a group without showing what, when WhatsApp refuses that', async () => {
    fake.hear(GROUP);
    await platform.outbound.post(to(GROUP, 'wamid.gone'), 'Hello');
    expect(fake.shown(GROUP)).toMatchObject([{ text: 'Hello' }]);
    expect(fake.shown(GROUP)[0]?.request).not.toHaveProperty('context');
  });

  it('shows what is too long as markup as it was written', async () => {
    const table = `| ${'a'.repeat(200)} | b |\n|---|---|\n${'| c | d |\n'.repeat(60)}`;
    await platform.outbound.post(to(ANN), table);
    expect(fake.shown(ANN)).toMatchObject([{ text: table }]);
  });

  it('marks the message as read, and shows that it is typing', async () => {
    const context = to(ANN);
    await platform.outbound.typing?.(context);
    expect(fake.read).toEqual([context.inReplyTo]);
    await platform.outbound.typing?.({ ...context, inReplyTo: 'wamid.unknown' });
    expect(fake.read).toHaveLength(1);
  });

  it('sends a file as what it is: image, audio, video, or a document with its name', async () => {
    const send = async (name: string, mediaType: string) => {
      const bytes = new Uint8Array(3).fill(7);
      await platform.outbound.sendFile?.(to(ANN), { name, mediaType, bytes });
      const { request, file } = fake.shown(ANN).at(-1) ?? {};
      expect(file?.bytes).toEqual(bytes);
      return request?.type;
    };
    expect(await send('a.png', 'image/png')).toBe('image');
    expect(await send('a.ogg', 'audio/ogg')).toBe('audio');
    expect(await send('a.mp4', 'video/mp4')).toBe('video');
    expect(await send('a.pdf', 'application/pdf')).toBe('document');
    expect(await send('a.csv', 'text/csv')).toBe('document');
    expect(fake.shown(ANN).at(-1)?.request).toMatchObject({ document: { filename: 'a.csv' } });
    const zip = { name: 'a.zip', mediaType: 'application/zip', bytes: new Uint8Array(3) };
    const refused = await failure(platform.outbound.sendFile?.(to(ANN), zip) ?? Promise.resolve());
    expect(refused).toBeInstanceOf(DeliveryRefused);
  });

  it('says in plain words that the 24 hours are over, and that the token has ended', async () => {
    const context = to(ANN);
    fake.closeWindow(ANN);
    const late = await failure(platform.outbound.post(context, 'Hello'));
    expect(late).toBeInstanceOf(DeliveryRefused);
    expect(late?.message).toMatch(/131047.*24 hours/);
    const expired = await failure(platformWith('EAA-old').outbound.post(to(ANN), 'Hello'));
    expect(expired).toBeInstanceOf(DeliveryRefused);
    expect(expired?.message).toMatch(/190.*WHATSAPP_ACCESS_TOKEN/);
    expect(expired?.message).not.toContain('EAA-old');
  });

  it.each([
    [130429, 429],
    [131048, 429],
    [131056, 429],
    [80007, 429],
    [4, 400],
  ])('takes error %i (status %i) for a limit', async (code, status) => {
    fake.api.refuse(isSend, errorAnswer(status, code, 'limit'));
    const error = await failure(platform.outbound.post(to(ANN), 'Hello'));
    expect(error).toBeInstanceOf(RateLimited);
    expect((error as RateLimited).retryAfterMs).toBeGreaterThanOrEqual(5_000);
  });

  it('waits as long as Meta says, if it says so', async () => {
    const answer = errorAnswer(429, 130429, 'limit');
    fake.api.refuse(isSend, { ...answer, headers: { 'retry-after': '9' } });
    expect(await failure(platform.outbound.post(to(ANN), 'Hi'))).toMatchObject({ retryAfterMs: 9_000 });
  });

  it.each([
    [131026, 400],
    [131051, 400],
    [100, 400],
    [131030, 400],
    [10, 403],
  ])('takes error %i (status %i) for final', async (code, status) => {
    fake.api.refuse(isSend, errorAnswer(status, code, 'refused'));
    const error = await failure(platform.outbound.post(to(ANN), 'Hello'));
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(error?.message).toContain(`(${code})`);
  });

  it.each([
    [131000, 500],
    [131016, 503],
    [1, 400],
    [2, 503],
  ])('takes error %i (status %i) for worth another attempt', async (code, status) => {
    fake.api.refuse(isSend, errorAnswer(status, code, 'trouble'));
    const error = await failure(platform.outbound.post(to(ANN), 'Hello'));
    expect(error).not.toBeInstanceOf(DeliveryRefused);
    expect(error).not.toBeInstanceOf(RateLimited);
  });
});

describe('whatsapp: files that come in', () => {
  const options = { maxBytes: 1_000, signal: new AbortController().signal };
  const fetchFile = (ref: string) => platform.inbound.fetchAttachment?.({ kind: 'file', ref }, options);
  const file = { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('abc') };
  const whereIs = (body: object) => fake.api.refuse(({ method }) => method === 'GET', { status: 200, body });

  it('says of an id that is unknown that it is gone', async () => {
    await expect(fetchFile('123')).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
  });

  it('gives the token to no host but Meta and the API itself', async () => {
    for (const url of [
      'https://fbsbx.com.example.com/x',
      'https://examplefbsbx.com/x',
      'http://lookaside.fbsbx.com/x',
      'http://127.0.0.1:9/x',
    ]) {
      whereIs({ url });
      await expect(fetchFile('123')).rejects.toThrow('an address that is not of WhatsApp');
    }
  });

  it('does not take a file that came changed', async () => {
    const { id } = fake.addMedia(file);
    const where = { url: `${fake.api.url}/media-files/${id}`, sha256: 'ab'.repeat(32) };
    whereIs(where);
    await expect(fetchFile(id)).rejects.toThrow('did not come whole');
    whereIs({ ...where, sha256: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' });
    expect((await fetchFile(id))?.bytes).toEqual(file.bytes);
  });
});
