import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFeishu } from '../../../platforms/feishu/feishu.ts';
import { AttachmentUnavailable } from '../../../platforms/platform.ts';
import { APP, FakeFeishu } from '../../fakes/feishu/feishu.ts';
import { encrypted, eventBody, SECRETS, signed } from '../../fakes/feishu/webhook.ts';

const FIXTURES = new URL('../../fixtures/feishu/', import.meta.url);
const MESSAGE = 'om_5ce6d572455d361153b7cb5';
const THREAD = 'oc_group/omt_d4be107c616a';
const ANN = { id: 'ou_7d8a6e6df7621556' };
const UNADDRESSED = { group: true, unaddressed: true };

/** What each recorded event is read as; undefined: it says nothing. */
const EXPECTED: Record<string, { conversation: string; message: object } | undefined> = {
  'p2p-text': {
    conversation: 'oc_p2p',
    message: {
      id: MESSAGE,
      messageId: MESSAGE,
      text: 'Hello',
      sender: ANN,
      sentAt: 1_795_000_000_123,
      returnAddress: { chat: 'p2p' },
    },
  },
  'p2p-command': { conversation: 'oc_p2p', message: { text: '/status' } },
  'p2p-post': {
    conversation: 'oc_p2p',
    message: {
      text: 'Plan\nSee [this](https://example.com/a)@Bob\n\n\n```go\nfunc main() {}\n```\n:SMILE:\n---',
      attachments: [
        { kind: 'image', ref: `image/${MESSAGE}/img_v3_02a1` },
        { kind: 'video', ref: `file/${MESSAGE}/file_v3_00b2`, mediaType: 'video/mp4' },
      ],
    },
  },
  'p2p-image': {
    conversation: 'oc_p2p',
    message: { text: '', attachments: [{ kind: 'image', ref: `image/${MESSAGE}/img_v3_02a3` }] },
  },
  'p2p-file': {
    conversation: 'oc_p2p',
    message: {
      text: '',
      attachments: [
        {
          kind: 'file',
          ref: `file/${MESSAGE}/file_v3_00c1`,
          name: 'Report.PDF',
          mediaType: 'application/pdf',
        },
      ],
    },
  },
  'p2p-picture-as-file': {
    conversation: 'oc_p2p',
    message: {
      attachments: [
        { kind: 'image', ref: `file/${MESSAGE}/file_v3_00c2`, name: 'cat.png', mediaType: 'image/png' },
      ],
    },
  },
  'p2p-audio': {
    conversation: 'oc_p2p',
    message: {
      attachments: [{ kind: 'audio', ref: `file/${MESSAGE}/file_v3_00d1`, mediaType: 'audio/ogg' }],
    },
  },
  'p2p-video': {
    conversation: 'oc_p2p',
    message: { attachments: [expect.objectContaining({ kind: 'video' })] },
  },
  'p2p-sticker': { conversation: 'oc_p2p', message: { text: '[sticker]' } },
  'p2p-location': { conversation: 'oc_p2p', message: { text: '[location 52.5, 13.4 Tiergarten]' } },
  'p2p-forwarded': { conversation: 'oc_p2p', message: { text: '[forwarded messages]' } },
  'p2p-card': { conversation: 'oc_p2p', message: { text: 'Weather\nSunny' } },
  'p2p-quote': { conversation: 'oc_p2p', message: { text: 'What is meant?', quote: 'The plan of Bob' } },
  'p2p-system': undefined,
  'group-mention': { conversation: 'oc_group', message: { text: 'what time is it?', sender: ANN } },
  'group-mention-inside': { conversation: 'oc_group', message: { text: '@Bob ask  about @Eve' } },
  'group-only-mention': { conversation: 'oc_group', message: { text: '@Holdfast' } },
  'group-post-mention': {
    conversation: 'oc_group',
    message: { text: 'look', attachments: [expect.objectContaining({ kind: 'image' })] },
  },
  'group-chatter': { conversation: 'oc_group', message: { sender: ANN, ...UNADDRESSED } },
  'group-mention-other': { conversation: 'oc_group', message: UNADDRESSED },
  'group-mention-all': { conversation: 'oc_group', message: UNADDRESSED },
  'group-reply-to-bot': {
    conversation: 'oc_group',
    message: { text: 'And tomorrow?', quote: 'Sunny today' },
  },
  'group-reply-to-other': { conversation: 'oc_group', message: { quote: 'The plan of Bob', ...UNADDRESSED } },
  'group-quote': { conversation: 'oc_group', message: { text: 'is this right?', quote: 'The plan of Bob' } },
  'thread-mention': { conversation: THREAD, message: { text: 'hi' } },
  'thread-of-bot': { conversation: THREAD, message: { text: 'And then?' } },
  'thread-chatter': { conversation: THREAD, message: UNADDRESSED },
  'group-other-bot': undefined,
  'own-message': undefined,
  recalled: {
    conversation: 'oc_p2p',
    message: { id: 'recall:om_unknown', messageId: 'om_unknown', deleted: true, text: '' },
  },
  'recalled-in-thread': {
    conversation: THREAD,
    message: { id: 'recall:om_inthread', messageId: 'om_inthread', deleted: true, sentAt: 1_795_000_060_000 },
  },
  press: {
    conversation: 'oc_group',
    message: { id: expect.stringMatching(/^5e3702a84e/), text: '/approve 7', sender: ANN },
  },
  'press-in-thread': {
    conversation: THREAD,
    message: { text: '/approve 7', returnAddress: { message: 'om_card' } },
  },
  'press-on-foreign-card': undefined,
  'message-read': undefined,
  'bot-added': undefined,
  'schema-1': undefined,
};

describe('feishu: inbound', () => {
  let fake: FakeFeishu;
  beforeEach(async () => {
    fake = await FakeFeishu.start();
    const said = { type: 'text', content: '{"text":"The plan of Bob"}', from: 'ou_bob', chatId: 'oc_group' };
    const ours = { type: 'text', content: '{"text":"Sunny today"}', from: APP.id, chatId: 'oc_group' };
    fake.chats.add(said).id = 'om_bobs';
    fake.chats.add(ours).id = 'om_ours';
    const inThread = fake.chats.add({ ...said, threadId: 'omt_d4be107c616a' });
    inThread.id = 'om_inthread';
    inThread.recalled = true;
  });
  afterEach(() => fake.api.close());

  const createPlatform = () =>
    createFeishu({
      appId: APP.id,
      appSecret: APP.secret,
      verificationToken: SECRETS.token,
      encryptKey: SECRETS.encryptKey,
      apiBaseUrl: fake.api.url,
    });
  const receive = (body: string, platform = createPlatform()) =>
    platform.inbound.receive(signed(encrypted(body)));
  const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
  const calls = () =>
    fake.api.calls.map(({ method, path }) => `${method} ${path.replace('/open-apis/', '')}`);

  it.for(Object.entries(EXPECTED))('reads the recorded event %s', async ([name, expected]) => {
    const { messages } = await receive(fixture(name));
    if (!expected) return expect(messages).toEqual([]);
    expect(messages).toEqual([{ ...expected, message: expect.objectContaining(expected.message) }]);
    // A recall does not tell what kind of chat it was in.
    const isGroup = !name.startsWith('p2p-') && !name.startsWith('recalled');
    expect(messages[0]?.message.group).toBe(isGroup ? true : undefined);
    if (!('unaddressed' in expected.message)) expect(messages[0]?.message).not.toHaveProperty('unaddressed');
  });

  it('has an expectation for every recorded event', () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it('answers a press with an empty object, as Feishu wants it', async () => {
    const { respond } = await receive(fixture('press'));
    expect(await respond?.().json()).toEqual({});
  });

  it('knows by its button where a card was shown to one person, unless the card was forwarded', async () => {
    const event = JSON.parse(fixture('press'));
    const press = async (direct: string) => {
      event.event.action.value.direct = direct;
      return (await receive(JSON.stringify(event))).messages[0]?.message;
    };
    const alone = await press('oc_group');
    expect(alone).toMatchObject({ returnAddress: { chat: 'p2p' } });
    expect(alone).not.toHaveProperty('group');
    expect(await press('oc_p2p')).toMatchObject({ group: true });
  });

  it('knows nobody by an id that buttons do not tell', async () => {
    const event = JSON.parse(fixture('p2p-text'));
    delete event.event.sender.sender_id.open_id;
    expect((await receive(JSON.stringify(event))).messages[0]?.message).not.toHaveProperty('sender');
  });

  it('does not ask Feishu for what no message is called, and reads the message all the same', async () => {
    const event = JSON.parse(fixture('group-quote'));
    for (const parent of ['\u0000', '../../contact', 'x'.repeat(300)]) {
      event.event.message.parent_id = parent;
      const before = fake.api.calls.length;
      expect((await receive(JSON.stringify(event))).messages).toHaveLength(1);
      expect(
        calls()
          .slice(before)
          .filter((call) => call.includes('im/v1/messages')),
      ).toEqual([]);
    }
  });

  it('reads a message that comes again with another event id as the same', async () => {
    const event = JSON.parse(fixture('p2p-text'));
    const [first] = (await receive(JSON.stringify(event))).messages;
    event.header.event_id = 'another';
    const [second] = (await receive(JSON.stringify(event))).messages;
    expect(second?.message.id).toBe(first?.message.id);
  });

  it('a recall is told once, however often it comes, and not as the message itself', async () => {
    const event = JSON.parse(fixture('recalled'));
    event.event.message_id = MESSAGE;
    const [recall] = (await receive(JSON.stringify(event))).messages;
    event.header.event_id = 'another';
    const [again] = (await receive(JSON.stringify(event))).messages;
    expect(again?.message.id).toBe(recall?.message.id);
    expect(recall?.message.id).not.toBe(MESSAGE);
  });

  it('asks who it is only where that matters, once for all', async () => {
    const platform = createPlatform();
    await receive(fixture('p2p-text'), platform);
    await receive(fixture('group-chatter'), platform);
    expect(calls()).toEqual([]);
    await Promise.all([
      receive(fixture('group-mention'), platform),
      receive(fixture('group-mention-other'), platform),
    ]);
    expect(calls()).toEqual(['POST auth/v3/tenant_access_token/internal', 'GET bot/v3/info']);
  });

  it('fails while Feishu cannot say who it is, and asks again for the redelivery', async () => {
    const platform = createPlatform();
    fake.api.refuse(({ path }) => path.endsWith('/info'), { status: 502 });
    await expect(receive(fixture('group-mention'), platform)).rejects.toMatchObject({ name: 'Error' });
    expect((await receive(fixture('group-mention'), platform)).messages).toHaveLength(1);
  });

  it('does without the quotation that it may not read', async () => {
    fake.forbidden.add('reading messages');
    const [message] = (await receive(fixture('group-quote'))).messages;
    expect(message?.message).toMatchObject({ text: 'is this right?' });
    expect(message?.message).not.toHaveProperty('quote');
    expect((await receive(fixture('group-reply-to-bot'))).messages).toMatchObject([{ message: UNADDRESSED }]);
    expect((await receive(fixture('recalled-in-thread'))).messages[0]?.conversation).toBe('oc_group');
  });

  it('does without the quotation while Feishu fails, but must know whether an answer is for it', async () => {
    const isRead = ({ path }: { path: string }) => path.includes('/messages/om_');
    fake.api.refuse(isRead, { status: 502 });
    expect((await receive(fixture('group-quote'))).messages).toHaveLength(1);
    fake.api.refuse(isRead, { status: 502 });
    await expect(receive(fixture('group-reply-to-bot'))).rejects.toMatchObject({ name: 'Error' });
  });

  it('keeps ten files of a post', async () => {
    const images = Array.from({ length: 14 }, (_, at) => [{ tag: 'img', image_key: `img_v3_${at}` }]);
    const event = JSON.parse(fixture('p2p-post'));
    event.event.message.content = JSON.stringify({ title: '', content: images });
    const [message] = (await receive(JSON.stringify(event))).messages;
    expect(message?.message.attachments).toHaveLength(10);
  });

  it('is not put off by content that it cannot read', async () => {
    const event = JSON.parse(fixture('p2p-text'));
    for (const content of ['{', '[]', '{"text":7}', 'null']) {
      event.event.message.content = content;
      for (const type of ['text', 'post', 'image', 'file', 'unheard-of']) {
        event.event.message.message_type = type;
        expect((await receive(JSON.stringify(event))).messages).toEqual([]);
      }
    }
  });

  it('gives its token for no other path than that of a file in a message', async () => {
    const platform = createPlatform();
    const { signal } = new AbortController();
    for (const ref of ['https://evil.example/x', 'image/../../x', 'image/om_1/a?x=1', 'image/om_1/a/b'])
      await expect(
        platform.inbound.fetchAttachment?.({ kind: 'image', ref }, { maxBytes: 1000, signal }),
      ).rejects.toBeInstanceOf(AttachmentUnavailable);
    expect(calls()).toEqual([]);
  });

  it('fetches a file with another token when Feishu no longer takes the first, and says that one is gone', async () => {
    const platform = createPlatform();
    const { signal } = new AbortController();
    fake.chats.files.set('file_v3_1', {
      name: 'a.txt',
      mediaType: 'application/octet-stream',
      bytes: Buffer.from('hello'),
    });
    const { id } = fake.chats.add({
      chatId: 'oc_p2p',
      from: 'ou_ann',
      type: 'file',
      content: '{"file_key":"file_v3_1"}',
    });
    const fetchFile = (ref: string) =>
      platform.inbound.fetchAttachment?.(
        { kind: 'file', ref, mediaType: 'text/plain' },
        { maxBytes: 1000, signal },
      );
    await fetchFile(`file/${id}/file_v3_1`);
    fake.revokeTokens();
    const { bytes, mediaType } = (await fetchFile(`file/${id}/file_v3_1`)) ?? {};
    expect([Buffer.from(bytes ?? []).toString(), mediaType]).toEqual(['hello', 'text/plain']);
    await expect(fetchFile(`file/${id}/file_v3_2`)).rejects.toBeInstanceOf(AttachmentUnavailable);
    fake.api.refuse(({ path }) => path.includes('/resources/'), {
      status: 400,
      headers: { 'x-ogw-ratelimit-reset': '3' },
      body: { code: 99991400, msg: 'request trigger frequency limit' },
    });
    await expect(fetchFile(`file/${id}/file_v3_1`)).rejects.toMatchObject({
      name: 'RateLimited',
      retryAfterMs: 3000,
    });
  });

  it('reads what is said in a message event that the fake makes, as the SDK describes it', async () => {
    const body = eventBody('im.message.receive_v1', JSON.parse(fixture('p2p-text')).event);
    expect((await receive(body)).messages).toHaveLength(1);
  });
});
