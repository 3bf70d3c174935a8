import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRefused, type OutboundContext, type Platform } from '../../../platforms/platform.ts';
import { createSlack } from '../../../platforms/slack/slack.ts';
import { FakeSlack } from '../../fakes/slack/slack.ts';

const TOKEN = 'xoxb-secret';
const DM = 'D024BE91L';
const CHANNEL = 'C0LAN2Q65';

describe('slack: outbound', () => {
  let fake: FakeSlack;
  let outbound: Required<Platform['outbound']>;
  const platformOf = (botToken: string) =>
    createSlack({ botToken, signingSecret: 'signing-secret', apiBaseUrl: fake.url });
  beforeEach(async () => {
    fake = await FakeSlack.start(TOKEN);
    outbound = platformOf(TOKEN).outbound as Required<Platform['outbound']>;
  });
  afterEach(() => fake.api.close());

  const to = (conversation: string, more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation,
    key: 'run-1.t1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  });
  const thread = () => {
    const { ts } = fake.say(CHANNEL, 'Hi');
    return `${CHANNEL}/${ts}`;
  };

  describe('messages', () => {
    it('go out as a markdown block, with a text for notifications, a key, and without previews', async () => {
      fake.say(DM, 'Hi');
      await outbound.post(to(DM), '**Hello** <you> & `all`');
      const [{ blocks = '', metadata = '', ...rest } = {}] = fake.calls('chat.postMessage');
      expect(rest).toEqual({
        channel: DM,
        text: 'Hello &lt;you&gt; &amp; all',
        unfurl_links: 'false',
        unfurl_media: 'false',
      });
      expect(JSON.parse(blocks)).toEqual([{ type: 'markdown', text: '**Hello** <you> & `all`' }]);
      expect(JSON.parse(metadata)).toEqual({
        event_type: 'holdfast_reply',
        event_payload: { key: 'run-1.t1.0' },
      });
    });

    it('answer in the thread', async () => {
      const place = thread();
      await outbound.post(to(place), 'Hello');
      expect(fake.sent(CHANNEL)).toMatchObject([{ threadTs: place.split('/')[1] }]);
    });

    it('notify nobody but those who are there', async () => {
      fake.say(DM, 'Hi');
      await outbound.post(to(DM), '<!channel> <!here> <!everyone> <!subteam^S1> <@U1> <@W1|ann> <!-- x -->');
      expect(fake.sent(DM)[0]?.blocks?.[0]?.text).toBe(
        '<\u2060!channel> <\u2060!here> <\u2060!everyone> <\u2060!subteam^S1> <\u2060@U1> <\u2060@W1|ann> <!-- x -->',
      );
    });

    it('fit with what keeps mentions from notifying', async () => {
      fake.say(DM, 'Hi');
      const { text } = outbound.split('<@U1>'.repeat(2_400), 0);
      await outbound.post(to(DM), text);
      expect(fake.sent(DM)[0]?.blocks?.map(({ type }) => type)).toEqual(['markdown']);
      expect(fake.calls('chat.postMessage')).toHaveLength(1);
    });

    it('have a notification of some words only', async () => {
      fake.say(DM, 'Hi');
      await outbound.post(to(DM), '🌍&'.repeat(3000));
      const text = fake.sent(DM)[0]?.text ?? '';
      expect(text).toBe('🌍&amp;'.repeat(100));
    });

    for (const error of ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'])
      it(`go out as plain text when Slack does not like their markdown: ${error}`, async () => {
        fake.say(DM, 'Hi');
        fake.refuse('chat.postMessage', error);
        const text = `**Hello** ${'🌍'.repeat(2000)}`;
        const receipt = await outbound.post(to(DM), text, [{ label: 'Yes', value: 'yes' }]);
        const blocks = fake.sent(DM)[0]?.blocks ?? [];
        expect(blocks.map(({ type }) => type)).toEqual(['section', 'section', 'actions']);
        const shown = () =>
          fake.sent(DM)[0]?.blocks?.map((block) => (typeof block.text === 'object' ? block.text.text : ''));
        expect(shown()?.join('')).toBe(text);
        fake.refuse('chat.update', error);
        await outbound.edit(to(DM), receipt, '**Good-bye**');
        expect(shown()).toEqual(['**Good-bye**']);
      });

    it('are tried as plain text only for that, and once', async () => {
      fake.say(DM, 'Hi');
      fake.refuse('chat.postMessage', 'restricted_action');
      await expect(outbound.post(to(DM), 'x')).rejects.toThrow(DeliveryRefused);
      expect(fake.calls('chat.postMessage')).toHaveLength(1);
      fake.refuse('chat.postMessage', 'invalid_blocks', {}, 2);
      await expect(outbound.post(to(DM), 'x')).rejects.toThrow(DeliveryRefused);
      expect(fake.calls('chat.postMessage')).toHaveLength(3);
    });

    it('are split by bytes, so that every way to count is kept', () => {
      expect(outbound.split('a'.repeat(12_000), 0)).toMatchObject({ next: null });
      for (const text of ['a'.repeat(12_001), '每'.repeat(12_000), '👍🏽'.repeat(3000)]) {
        const part = outbound.split(text, 0);
        expect(Buffer.byteLength(part.text)).toBeLessThanOrEqual(12_000);
        expect(part.next).not.toBeNull();
      }
    });

    it('lose their buttons when they are edited without', async () => {
      fake.say(DM, 'Hi');
      const receipt = await outbound.post(to(DM), 'Shall I?', [{ label: 'Yes', value: 'yes' }]);
      expect(fake.sent(DM)[0]?.blocks?.[1]?.elements).toMatchObject([
        { value: 'yes', text: { text: 'Yes' } },
      ]);
      await outbound.edit(to(DM), receipt, 'Done');
      expect(fake.sent(DM)[0]?.blocks?.map(({ type }) => type)).toEqual(['markdown']);
    });
  });

  describe('find', () => {
    const lose = async (context: OutboundContext, text: string) => {
      fake.api.cut(({ path }) => path === '/api/chat.postMessage');
      await expect(outbound.post(context, text)).rejects.toThrow();
    };

    it('finds a lost message in a thread, and makes it right', async () => {
      const place = thread();
      const context = to(place, { sentAfter: place.split('/')[1] ?? '' });
      await lose(context, 'Hel');
      fake.say(CHANNEL, 'More', { threadTs: place.split('/')[1] ?? '' });
      const found = await outbound.find(context, 'Hello');
      expect(fake.sent(CHANNEL)).toMatchObject([
        { ts: found?.messageId, blocks: [{ type: 'markdown', text: 'Hello' }] },
      ]);
      expect(await outbound.find(context, 'Hello')).toEqual(found);
    });

    it('finds it where no message began the turn, and past a first page', async () => {
      fake.say(DM, 'Hi');
      await lose(to(DM), 'Hello');
      for (let count = 0; count < 250; count++) fake.say(DM, 'More');
      expect(await outbound.find(to(DM), 'Hello')).toBeDefined();
      expect(fake.calls('conversations.history')).toHaveLength(2);
    });

    it('takes no other message for it: of another key, before the turn, of another thread', async () => {
      const place = thread();
      await outbound.post(to(place, { key: 'another' }), 'Other');
      expect(await outbound.find(to(place), 'x')).toBeUndefined();
      await outbound.post(to(place), 'Earlier');
      const { ts: sentAfter } = fake.say(CHANNEL, 'Now', { threadTs: place.split('/')[1] ?? '' });
      expect(await outbound.find(to(place, { sentAfter }), 'x')).toBeUndefined();
      expect(await outbound.find(to(thread()), 'x')).toBeUndefined();
      expect(fake.sent(CHANNEL).map(({ edits }) => edits)).toEqual([0, 0]);
    });

    it('does not mind odd messages of others', async () => {
      fake.api.refuse(({ path }) => path === '/api/conversations.history', {
        status: 200,
        body: {
          ok: true,
          messages: [
            { ts: '3.000001', metadata: null, files: null, user: null },
            { ts: '3.000002', metadata: { event_type: 1 }, files: 'none', user: 7 },
            { ts: '3.000003', metadata: [], files: [{ id: null, name: 1, size: '2', user: {} }] },
            {
              ts: '3.000004',
              metadata: { event_type: 'holdfast_reply', event_payload: { key: 'run-1.t1.0' } },
            },
          ],
          response_metadata: null,
        },
      });
      fake.api.refuse(({ path }) => path === '/api/chat.update', { status: 200, body: { ok: true } });
      expect(await outbound.find(to(DM), 'x')).toEqual({ messageId: '3.000004' });
    });

    it('takes a page that cannot be read for a failure, not for an empty one', async () => {
      fake.say(DM, 'Hi');
      for (const messages of [undefined, null, {}, [{ text: 'without a time' }]]) {
        fake.api.refuse(({ path }) => path === '/api/conversations.history', {
          status: 200,
          body: { ok: true, messages },
        });
        await expect(outbound.find(to(DM), 'x')).rejects.not.toBeInstanceOf(DeliveryRefused);
      }
    });

    it('finds nothing in a thread that is gone, and says what else is wrong', async () => {
      fake.say(CHANNEL, 'Hi');
      expect(await outbound.find(to(`${CHANNEL}/1.000001`), 'x')).toBeUndefined();
      fake.refuse('conversations.replies', 'missing_scope', { needed: 'channels:history' });
      await expect(outbound.find(to(thread()), 'x')).rejects.toThrow('the scope channels:history');
    });
  });

  describe('files', () => {
    const file = { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('Hi') };

    it('are uploaded without our token, and shown in the thread', async () => {
      const place = thread();
      const { messageId } = await outbound.sendFile(to(place), file);
      const [threadTs] = place.split('/').slice(1);
      expect(fake.sent(CHANNEL)).toMatchObject([{ threadTs, files: [{ id: messageId, name: 'a.txt' }] }]);
      const upload = fake.api.calls.find(({ path }) => path.startsWith('/upload/'));
      expect(upload?.headers.authorization).toBeUndefined();
    });

    it('are found when the answer was lost, and not taken for one that is known', async () => {
      fake.say(DM, 'Hi');
      const known = await outbound.sendFile(to(DM), file);
      const doubt = to(DM, { inDoubt: true, knownMessageIds: [known.messageId] });
      fake.api.cut(({ path }) => path === '/api/files.completeUploadExternal');
      await expect(outbound.sendFile(doubt, file)).rejects.toThrow();
      const found = await outbound.sendFile(doubt, file);
      expect(found).not.toEqual(known);
      expect(fake.sent(DM).flatMap(({ files }) => files?.map(({ id }) => id))).toEqual([
        known.messageId,
        found.messageId,
      ]);
    });

    it('are not taken for one of somebody else, nor for one of a known message', async () => {
      fake.say(DM, 'Mine', { files: [file] });
      await outbound.sendFile(to(DM, { inDoubt: true }), file);
      expect(fake.sent(DM)).toHaveLength(1);
      const knownMessageIds = fake.sent(DM).map(({ ts }) => ts);
      await outbound.sendFile(to(DM, { inDoubt: true, knownMessageIds }), file);
      expect(fake.sent(DM)).toHaveLength(2);
    });

    it('are sent when the doubtful attempt did nothing', async () => {
      fake.say(DM, 'Hi');
      await outbound.sendFile(to(DM, { inDoubt: true }), file);
      expect(fake.sent(DM)).toHaveLength(1);
    });

    it('that Slack does not take are refused', async () => {
      fake.say(DM, 'Hi');
      fake.refuse('files.getUploadURLExternal', 'file_uploads_disabled');
      await expect(outbound.sendFile(to(DM), file)).rejects.toThrow(DeliveryRefused);
      fake.api.refuse(({ path }) => path.startsWith('/upload/'), { status: 500, body: 'oops' });
      const error = await outbound.sendFile(to(DM), file).catch((thrown) => thrown);
      expect(error.message).toBe('Slack: upload of a file: answered 500');
      expect(fake.sent(DM)).toEqual([]);
    });
  });

  describe('typing', () => {
    it('is shown in threads, where Slack can', async () => {
      const place = thread();
      await outbound.typing(to(place));
      expect(fake.calls('assistant.threads.setStatus')).toEqual([
        { channel_id: CHANNEL, thread_ts: place.split('/')[1], status: 'is thinking…' },
      ]);
      await outbound.typing(to(DM));
      expect(fake.calls('assistant.threads.setStatus')).toHaveLength(1);
    });

    it('is not shown again while Slack shows it, at most two minutes', () => {
      expect(outbound.typingLastsMs).toBeGreaterThan(60_000);
      expect(outbound.typingLastsMs).toBeLessThan(120_000);
    });

    it('never minds', async () => {
      fake.refuse('assistant.threads.setStatus', 'missing_scope');
      await outbound.typing(to(thread()));
    });
  });

  describe('failures', () => {
    const fails = async (conversation = DM) =>
      outbound.post(to(conversation), 'x').catch((error: unknown) => error as Error);

    it('are explained where they are for good', async () => {
      fake.say(DM, 'Hi');
      for (const [error, words] of [
        ['invalid_auth', 'SLACK_BOT_TOKEN'],
        ['account_inactive', 'install it again'],
        ['messages_tab_disabled', 'Messages tab'],
        ['some_new_error', 'some_new_error'],
      ] as const) {
        fake.refuse('chat.postMessage', error);
        const failure = await fails();
        expect(failure).toBeInstanceOf(DeliveryRefused);
        expect(failure).toHaveProperty('message', expect.stringContaining(words));
      }
      fake.refuse('chat.postMessage', 'missing_scope', { needed: 'chat:write', provided: 'commands' });
      expect(await fails()).toHaveProperty('message', expect.stringContaining('the scope chat:write'));
    });

    it('as the fake has them: no channel, not in it, archived, no message, another token', async () => {
      expect(await fails('C0NONE')).toHaveProperty('message', expect.stringContaining('channel_not_found'));
      fake.say(CHANNEL, 'Hi');
      Object.assign(fake.workspace.open(CHANNEL), { joined: false });
      expect(await fails(CHANNEL)).toHaveProperty('message', expect.stringContaining('invite it there'));
      Object.assign(fake.workspace.open(CHANNEL), { joined: true, archived: true });
      expect(await fails(CHANNEL)).toHaveProperty('message', expect.stringContaining('is archived'));
      const { ts } = fake.say(DM, 'Hi');
      await expect(outbound.edit(to(DM), { messageId: '1.000001' }, 'x')).rejects.toThrow(
        'message_not_found',
      );
      await expect(outbound.edit(to(DM), { messageId: ts }, 'x')).rejects.toThrow('cant_update_message');
      await expect(platformOf('xoxb-other').outbound.post(to(DM), 'x')).rejects.toThrow('invalid_auth');
      for (const place of ['general', 'C1/abc', '../auth.test', ''])
        await expect(outbound.post(to(place), 'x')).rejects.toThrow(DeliveryRefused);
    });

    it('may pass', async () => {
      fake.say(DM, 'Hi');
      for (const error of ['internal_error', 'fatal_error', 'request_timeout', 'org_login_required']) {
        fake.refuse('chat.postMessage', error);
        expect(await fails()).toMatchObject({ name: 'Error' });
      }
      fake.api.refuse(() => true, { status: 200, body: 'not JSON' });
      expect(await fails()).toMatchObject({ name: 'Error' });
      fake.api.refuse(() => true, { status: 500, body: { ok: false, error: 'invalid_auth' } });
      expect(await fails()).toMatchObject({ name: 'Error' });
    });

    it('ask for a pause, in an answer with status 200 too', async () => {
      fake.say(DM, 'Hi');
      for (const error of ['ratelimited', 'rate_limited', 'message_limit_exceeded']) {
        fake.refuse('chat.postMessage', error);
        expect(await fails()).toMatchObject({ name: 'RateLimited', retryAfterMs: 30_000 });
      }
    });
  });

  it('has a fake that refuses what Slack refuses', async () => {
    const ask = async (method: string, init: RequestInit) => {
      const response = await fetch(`${fake.url}/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}` },
        ...init,
      });
      return ((await response.json()) as { error?: string }).error;
    };
    const form = (args: Record<string, string>) => ({ body: new URLSearchParams(args) });
    fake.say(DM, 'Hi');
    expect(await ask('chat.shout', form({}))).toBe('unknown_method');
    expect(await ask('chat.postMessage', { body: '{"channel":"D024BE91L"}' })).toBe('invalid_post_type');
    expect(await ask('chat.postMessage', { ...form({}), headers: {} })).toBe('not_authed');
    expect(await ask('chat.postMessage', form({ text: 'x' }))).toBe('channel_not_found');
    expect(await ask('chat.postMessage', form({ channel: DM }))).toBe('no_text');
    expect(await ask('chat.postMessage', form({ channel: DM, txt: 'x' }))).toBe('invalid_arguments');
    expect(await ask('chat.update', form({ channel: DM, text: 'x' }))).toBe('invalid_arguments');
    const markdown = (text: string) =>
      form({ channel: DM, blocks: JSON.stringify([{ type: 'markdown', text }]) });
    expect(await ask('chat.postMessage', markdown('a'.repeat(12_001)))).toBe('msg_blocks_too_long');
    expect(await ask('chat.postMessage', form({ channel: DM, blocks: '[{"type":"text"}]' }))).toBe(
      'invalid_blocks',
    );
    expect(await ask('chat.postMessage', form({ channel: DM, blocks: '[' }))).toBe('invalid_blocks_format');
    const upload = { files: '[{"id":"F1"}]', channel_id: DM };
    expect(await ask('files.completeUploadExternal', form(upload))).toBe('file_not_found');
  });
});
