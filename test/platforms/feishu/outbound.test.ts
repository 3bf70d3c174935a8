import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFeishu } from '../../../platforms/feishu/feishu.ts';
import {
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../../../platforms/platform.ts';
import { APP, FakeFeishu } from '../../fakes/feishu/feishu.ts';
import { SECRETS } from '../../fakes/feishu/webhook.ts';

const CHAT = 'oc_chat';
const THREAD = 'omt_1';
const BUTTONS = [{ label: 'Yes', value: 'yes, do' }];
const CARD_REFUSED = {
  status: 400,
  body: { code: 230099, msg: 'Failed to create card content, ext=ErrCode: 1; ' },
};

describe('feishu: outbound', () => {
  let fake: FakeFeishu;
  let outbound: Required<Platform['outbound']>;
  /** Messages of a person: in the chat, and in a thread of it. */
  let asked: string;
  let askedInThread: string;
  beforeEach(async () => {
    fake = await FakeFeishu.start();
    outbound = createOutbound();
    const said = { chatId: CHAT, from: 'ou_ann', type: 'text', content: '{"text":"Hi"}' };
    asked = fake.chats.add(said).id;
    askedInThread = fake.chats.add({ ...said, threadId: THREAD }).id;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await fake.api.close();
  });

  const createOutbound = (appSecret = APP.secret) =>
    createFeishu({
      appId: APP.id,
      appSecret,
      verificationToken: SECRETS.token,
      apiBaseUrl: fake.api.url,
    }).outbound as Required<Platform['outbound']>;
  const to = (more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation: CHAT,
    key: 'turn-1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  });
  const shown = () =>
    fake.sent(CHAT, 'interactive', 'text').map(({ card, content }) => card?.text ?? content);
  const calls = (method: string) =>
    fake.api.calls
      .filter((call) => call.method === method && call.path.includes('/messages'))
      .map(({ path, body }) => ({
        path: path.replace('/open-apis/im/v1/', ''),
        body: JSON.parse(body.toString()),
      }));
  const isSend = ({ method, path }: { method: string; path: string }) =>
    method === 'POST' && path.includes('/messages');
  const isEdit = ({ method }: { method: string }) => method === 'PATCH';

  describe('where it goes', () => {
    it('answers the message in a group, in a direct chat it simply writes', async () => {
      await outbound.post(to({ inReplyTo: asked }), 'In a group');
      await outbound.post(to({ inReplyTo: asked, returnAddress: { chat: 'p2p' }, key: 'k2' }), 'Direct');
      await outbound.post(to({ key: 'k3' }), 'A reminder');
      expect(calls('POST').map(({ path }) => path)).toEqual([
        `messages/${asked}/reply`,
        'messages',
        'messages',
      ]);
      expect(calls('POST')[0]?.body).not.toHaveProperty('reply_in_thread');
      expect(shown()).toEqual(['In a group', 'Direct', 'A reminder']);
    });

    it('stays in the thread: by the message, the pressed card, or else the newest message of it', async () => {
      const conversation = `${CHAT}/${THREAD}`;
      await outbound.post(to({ conversation, inReplyTo: askedInThread }), 'One');
      await outbound.post(to({ conversation, returnAddress: { message: askedInThread }, key: 'k2' }), 'Two');
      await outbound.post(to({ conversation, key: 'k3' }), 'Three');
      expect(fake.sent(CHAT, 'interactive').map(({ threadId }) => threadId)).toEqual([
        THREAD,
        THREAD,
        THREAD,
      ]);
      expect(calls('POST')[0]?.body).toMatchObject({ reply_in_thread: true });
    });

    it('still answers when the message was taken back', async () => {
      for (const id of [asked, askedInThread]) {
        const message = fake.chats.find(id);
        if (message) message.recalled = true;
      }
      await outbound.post(to({ inReplyTo: asked }), 'Hello');
      expect(shown()).toEqual(['Hello']);
      fake.chats.add({
        chatId: CHAT,
        from: 'ou_bob',
        type: 'text',
        content: '{"text":"Me"}',
        threadId: THREAD,
      });
      const conversation = `${CHAT}/${THREAD}`;
      await outbound.post(to({ conversation, inReplyTo: askedInThread, key: 'k2' }), 'In the thread');
      expect(fake.sent(CHAT, 'interactive').at(-1)?.threadId).toBe(THREAD);
    });

    describe('with an odd list of the thread', () => {
      const conversation = `${CHAT}/${THREAD}`;
      const listed = (items: unknown) =>
        fake.api.refuse(({ method }) => method === 'GET', {
          status: 200,
          body: { code: 0, msg: 'success', data: { items } },
        });

      it('answers where its fields are odd', async () => {
        const odd = { thread_id: null, msg_type: 1, sender: { id: null }, body: 'none' };
        listed([{ message_id: askedInThread, ...odd }]);
        await outbound.post(to({ conversation }), 'Hello');
        expect(fake.sent(CHAT, 'interactive')).toMatchObject([{ threadId: THREAD }]);
      });

      it.each([['none'], [[{ text: 'x' }]]])('fails for now where it cannot be read: %j', async (items) => {
        listed(items);
        await expect(outbound.post(to({ conversation }), 'x')).rejects.toMatchObject({ name: 'Error' });
      });
    });

    it('refuses what is no chat, and a thread that has nothing', async () => {
      await expect(outbound.post(to({ conversation: 'a b' }), 'x')).rejects.toBeInstanceOf(DeliveryRefused);
      const empty = to({ conversation: `${CHAT}/omt_none` });
      await expect(outbound.post(empty, 'x')).rejects.toBeInstanceOf(DeliveryRefused);
    });
  });

  describe('once', () => {
    it('sends one message for a key, in at most 50 characters, and others for others', async () => {
      const key = 'a long key / with ünicode '.repeat(10);
      const first = await outbound.post(to({ key }), 'Hello');
      expect(await outbound.post(to({ key }), 'Hello')).toEqual(first);
      expect(await outbound.post(to({ key: `${key}2` }), 'Hello')).not.toEqual(first);
      expect(shown()).toEqual(['Hello', 'Hello']);
      for (const { body } of calls('POST')) expect(body.uuid).toMatch(/^[0-9a-f]{50}$/);
    });

    it('makes a message that was sent long before with this key show the text', async () => {
      const first = await outbound.post(to(), 'Hel');
      const message = fake.chats.find(first.messageId);
      if (message) message.createdAt -= 60_000;
      expect(await outbound.post(to(), 'Hello there')).toEqual(first);
      expect(shown()).toEqual(['Hello there']);
    });

    it('sends the reply again, once, if its message was taken back meanwhile', async () => {
      const first = await outbound.post(to(), 'Hel');
      const message = fake.chats.find(first.messageId);
      if (message) Object.assign(message, { recalled: true, createdAt: message.createdAt - 60_000 });
      await expect(outbound.edit(to(), first, 'Hello')).rejects.toBeInstanceOf(DeliveryRefused);
      const second = await outbound.post(to(), 'Hello');
      expect(second).not.toEqual(first);
      expect(await outbound.find({ ...to(), inDoubt: true }, 'Hello')).toEqual(second);
      expect(shown()).toEqual(['Hello']);
    });

    it('does not send it again for a refusal that says nothing of the message', async () => {
      await outbound.post(to(), 'Hel');
      for (const code of [230027, 230002, 230001]) {
        fake.api.refuse(isEdit, { status: 400, body: { code, msg: 'told so' } });
        await expect(outbound.find(to(), 'Hello')).rejects.toBeInstanceOf(DeliveryRefused);
      }
      expect(shown()).toEqual(['Hel']);
      for (const code of [230011, 230031, 230072, 230075, 230110]) {
        fake.api.refuse(isEdit, { status: 400, body: { code, msg: 'told so' } });
        await outbound.find(to(), 'Hello');
      }
      expect(shown()).toEqual(['Hel', 'Hello']);
    });

    it('sends a file once', async () => {
      const file = { name: 'notes.txt', mediaType: 'text/plain', bytes: Buffer.from('Hello') };
      const first = await outbound.sendFile(to(), file);
      expect(await outbound.sendFile({ ...to(), inDoubt: true }, file)).toEqual(first);
      expect(fake.sent(CHAT, 'file')).toHaveLength(1);
    });
  });

  describe('how it looks', () => {
    it('is a card that can be edited, with its beginning for the notification', async () => {
      await outbound.post(to(), '# Weather\n\n**Sunny** <at id=all></at>');
      const card = JSON.parse(calls('POST')[0]?.body.content);
      expect(card).toEqual({
        schema: '2.0',
        config: { update_multi: true, summary: { content: 'Weather Sunny <at id=all></at>' } },
        body: {
          elements: [
            { tag: 'markdown', content: '#### Weather\n\n**Sunny** &#60;at id=all&#62;&#60;/at&#62;' },
          ],
        },
      });
    });

    it('falls back to a card without markup, and edits it likewise', async () => {
      fake.api.refuse(isSend, CARD_REFUSED);
      const receipt = await outbound.post(to(), '**Hel**');
      expect(shown()).toEqual(['**Hel**']);
      fake.api.refuse(isEdit, CARD_REFUSED);
      await outbound.edit(to(), receipt, '**Hello**', BUTTONS);
      expect(shown()).toEqual(['**Hello**']);
      expect(fake.sent(CHAT, 'interactive')[0]?.card?.buttons).toHaveLength(1);
      await outbound.edit(to(), receipt, '**Hello** there');
      expect(shown()).toEqual(['Hello there']);
    });

    it('writes a text where a group takes no cards, edits it, and finds it', async () => {
      fake.chats.withoutCards.add(CHAT);
      const receipt = await outbound.post(to(), '**Hel** <at user_id="all">all</at>', BUTTONS);
      expect(JSON.parse(fake.sent(CHAT, 'text')[0]?.content ?? '').text).toBe(
        '**Hel** <\u200bat user_id="all">all<\u200b/at>\n\nYes: yes, do',
      );
      await outbound.edit(to(), receipt, 'Hello');
      expect(await outbound.find(to(), 'Hello there')).toEqual(receipt);
      expect(shown()).toEqual(['{"text":"Hello there"}']);
    });

    it('tells a button in a text once where its label is its value', async () => {
      fake.chats.withoutCards.add(CHAT);
      await outbound.post(to(), 'Well?', [{ label: 'Yes', value: 'Yes' }, ...BUTTONS]);
      expect(shown()).toEqual([JSON.stringify({ text: 'Well?\n\nYes\nYes: yes, do' })]);
    });

    it('shows the whole reply also when its text was edited as often as Feishu allows', async () => {
      fake.chats.withoutCards.add(CHAT);
      const receipt = await outbound.post(to(), 'word');
      for (let count = 2; count <= 21; count++) await outbound.edit(to(), receipt, 'word '.repeat(count));
      await expect(outbound.edit(to(), receipt, 'The end')).rejects.toBeInstanceOf(DeliveryRefused);
      const message = fake.chats.find(receipt.messageId);
      if (message) message.createdAt -= 20_000;
      await outbound.post(to(), 'The end');
      expect(shown().at(-1)).toBe('{"text":"The end"}');
    });

    it('puts the place of its buttons into them', async () => {
      await outbound.post(
        to({ conversation: `${CHAT}/${THREAD}`, inReplyTo: askedInThread }),
        'Well?',
        BUTTONS,
      );
      const [button] = fake.sent(CHAT, 'interactive')[0]?.card?.buttons ?? [];
      expect(button).toEqual({ label: 'Yes', value: { text: 'yes, do', thread: THREAD } });
    });

    it('sends pictures as such, and what is too large or no picture as a file', async () => {
      const bytes = (length: number) => new Uint8Array(length).fill(1);
      const send = (key: string, mediaType: string, size: number) =>
        outbound.sendFile(to({ key }), { name: 'a.bin', mediaType, bytes: bytes(size) });
      await send('k1', 'image/png', 100);
      await send('k2', 'image/png', 11 * 1024 * 1024);
      await send('k3', 'image/svg+xml', 100);
      expect(fake.sent(CHAT, 'image', 'file').map(({ type }) => type)).toEqual(['image', 'file', 'file']);
      await expect(send('k4', 'application/zip', 31 * 1024 * 1024)).rejects.toBeInstanceOf(DeliveryRefused);
    });

    it.each([false, true])(
      'splits so that no part is larger than Feishu takes (as texts: %s)',
      async (texts) => {
        if (texts) fake.chats.withoutCards.add(CHAT);
        for (const piece of ['"', '\\', '_', '<', '\n\n', '😀', '界', '\u0001', '| a |\n', '&amp;']) {
          const text = `x${piece.repeat(9_000)}x`;
          for (let from: number | null = 0, part = 0; from !== null; part++) {
            const { text: said, next } = outbound.split(text, from);
            await outbound.post(
              to({ key: `${piece}${part}` }),
              said,
              Array.from({ length: 8 }, () => ({ label: '界'.repeat(40), value: '界'.repeat(21) })),
            );
            from = next;
          }
        }
        const refused = fake.api.calls.filter(({ status }) => status !== 200);
        expect(fake.sent(CHAT, texts ? 'text' : 'interactive').length).toBeGreaterThan(10);
        if (!texts) expect(refused).toEqual([]);
      },
    );
  });

  describe('what Feishu refuses', () => {
    const refusing = async (code: number, status = 400, headers = {}) => {
      fake.api.refuse(isSend, { status, headers, body: { code, msg: 'told so' } });
      return outbound.post(to({ key: String(code) }), 'Hello').then(
        () => undefined,
        (error: unknown) => error as Error,
      );
    };

    it.each([
      [230002, 'not in this chat'],
      [230006, 'switch the bot on'],
      [230013, 'availability range'],
      [230027, 'lacks a permission'],
      [230053, 'stopped messages'],
      [232009, 'dissolved'],
      [230022, 'told so'],
    ])('is refused, with the reason: %i', async (code, words) => {
      const error = await refusing(code);
      expect(error).toBeInstanceOf(DeliveryRefused);
      expect(error?.message).toContain(words);
      expect(error?.message).toContain(String(code));
    });

    it('is also refused where the status is 200', async () => {
      expect(await refusing(230002, 200)).toBeInstanceOf(DeliveryRefused);
    });

    it('asks for a pause with 400 or 429, and says how long or not', async () => {
      const told = await refusing(99991400, 400, { 'x-ogw-ratelimit-reset': '52' });
      expect(told).toMatchObject({ name: 'RateLimited', retryAfterMs: 52_000 });
      expect(await refusing(230020)).toBeInstanceOf(RateLimited);
      expect(await refusing(1, 429)).toBeInstanceOf(RateLimited);
    });

    it('passes: a message that is being sent, a card that is being pressed', async () => {
      expect((await refusing(230049))?.name).toBe('Error');
      const receipt = await outbound.post(to(), 'Hello');
      const msg = 'Failed to create card content, ext=ErrCode: 11310; ErrMsg: card action is lock; ';
      fake.api.refuse(isEdit, { status: 400, body: { code: 230099, msg } });
      await expect(outbound.edit(to(), receipt, 'Hello you')).rejects.toMatchObject({ name: 'Error' });
    });

    it('a wrong secret, by its name and not its value', async () => {
      const sending = createOutbound('wrong-secret').post(to(), 'Hello');
      await expect(sending).rejects.toMatchObject({
        name: 'DeliveryRefused',
        message: expect.stringMatching(/^(?!.*wrong-secret).*FEISHU_APP_SECRET is wrong/),
      });
    });
  });

  describe('access tokens', () => {
    const grants = () => fake.api.calls.filter(({ path }) => path.includes('tenant_access_token')).length;

    it('are fetched once for all who need one, and kept', async () => {
      await Promise.all(['a', 'b', 'c'].map((key) => outbound.post(to({ key }), 'Hello')));
      await outbound.post(to({ key: 'd' }), 'Hello');
      expect(grants()).toBe(1);
    });

    it('are fetched anew before their end', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      await outbound.post(to(), 'Hello');
      vi.setSystemTime(Date.now() + 7_190_000);
      await outbound.post(to({ key: 'k2' }), 'Hello');
      expect(grants()).toBe(2);
    });

    it('are fetched anew, once, when Feishu no longer takes them', async () => {
      await outbound.post(to(), 'Hello');
      fake.revokeTokens();
      await outbound.post(to({ key: 'k2' }), 'Hello again');
      expect(shown()).toEqual(['Hello', 'Hello again']);
      expect(grants()).toBe(2);
      const invalid = { status: 400, body: { code: 99991663, msg: 'Invalid access token' } };
      fake.api.refuse(isSend, invalid, 2);
      await expect(outbound.post(to({ key: 'k3' }), 'x')).rejects.toBeInstanceOf(DeliveryRefused);
      expect(grants()).toBe(3);
    });

    it('do not keep one waiting who is to stop', async () => {
      fake.api.hold(({ path }) => path.includes('tenant_access_token'));
      const stop = new AbortController();
      const sending = outbound.post(to({ signal: stop.signal }), 'Hello');
      const other = outbound.post(to({ key: 'k2' }), 'Hello');
      setTimeout(() => stop.abort(new Error('stopped')), 50);
      await expect(sending).rejects.toThrow('stopped');
      fake.api.heal();
      await other;
      expect(grants()).toBe(1);
    });
  });
});
