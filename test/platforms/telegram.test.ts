import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS, type CommandSpec } from '../../contract/commands.ts';
import { DeliveryRefused, type OutboundContext, type Platform } from '../../platforms/platform.ts';
import { setTelegramWebhook } from '../../platforms/telegram/set-webhook.ts';
import { createTelegram } from '../../platforms/telegram/telegram.ts';
import { startTelegramRig } from '../fakes/telegram/rig.ts';
import { FakeTelegram } from '../fakes/telegram/telegram.ts';
import { platformContract } from './contract.ts';

const TOKEN = '123456:AAH-secret_token';
const SECRET = 'webhook_secret-1';
const CHAT = 7;
const GROUP = -1001234567890;

const start = () => FakeTelegram.start({ token: TOKEN, webhookSecret: SECRET });
const platformOf = (fake: FakeTelegram) =>
  createTelegram({ botToken: TOKEN, webhookSecret: SECRET, apiBaseUrl: fake.url });

platformContract('telegram', startTelegramRig);

describe('telegram: outbound', () => {
  let fake: FakeTelegram;
  let outbound: Required<Platform['outbound']>;
  beforeEach(async () => {
    fake = await start();
    outbound = platformOf(fake).outbound as Required<Platform['outbound']>;
  });
  afterEach(() => fake.close());

  const to = (conversation: number | string, inReplyTo?: number, known: number[] = []): OutboundContext => ({
    conversation: String(conversation),
    ...(inReplyTo !== undefined && { inReplyTo: String(inReplyTo), sentAfter: String(inReplyTo) }),
    key: 'turn-1/0',
    knownMessageIds: known.map(String),
    signal: new AbortController().signal,
  });
  const payloads = (method: string) =>
    fake.calls.filter((call) => call.method === method).map(({ payload }) => payload);

  it('sends markdown as HTML, without previews, and as an answer only in groups', async () => {
    const said = fake.say(CHAT, 'Hi');
    const receipt = await outbound.post(to(CHAT, said.messageId), '**Hello** <you>');
    const asked = fake.say(GROUP, 'Hi');
    await outbound.post(to(GROUP, asked.messageId), 'Hello');
    expect(fake.messages(CHAT, 'bot')).toMatchObject([
      { id: Number(receipt.messageId), text: 'Hello <you>', entities: ['b 0-5'] },
    ]);
    expect(payloads('sendMessage')[0]).toEqual({
      chat_id: CHAT,
      text: '<b>Hello</b> &lt;you&gt;',
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    });
    expect(fake.messages(GROUP, 'bot')).toMatchObject([{ replyTo: asked.messageId }]);
  });

  it('answers in the topic, and also when the answered message is gone', async () => {
    fake.say(GROUP, 'Hi', { threadId: 42 });
    await outbound.post(to(`${GROUP}/42`, 9999), 'Hello');
    expect(fake.messages(GROUP, 'bot')).toMatchObject([{ threadId: 42, text: 'Hello' }]);
  });

  it('follows a group that became a supergroup, where the answered message has another id', async () => {
    const old = -4567;
    fake.say(GROUP, 'Hi');
    const moved = {
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: GROUP },
    };
    fake.fail('sendMessage', { status: 400, body: moved });
    const { messageId } = await outbound.post(to(old, 5), 'Hello');
    expect(fake.messages(GROUP, 'bot')).toMatchObject([{ id: Number(messageId), text: 'Hello' }]);
    expect(payloads('sendMessage').at(-1)).not.toHaveProperty('reply_parameters');
    fake.fail('editMessageText', { status: 400, body: moved });
    await expect(outbound.edit(to(old, 5), { messageId }, 'Bye')).rejects.toThrow(DeliveryRefused);
    expect(fake.messages(GROUP, 'bot')).toMatchObject([{ text: 'Hello' }]);
  });

  it('sends the text as it is when Telegram does not like its HTML', async () => {
    fake.say(CHAT, 'Hi');
    const description = "Bad Request: can't parse entities: Unsupported start tag";
    fake.fail('sendMessage', { status: 400, body: { ok: false, error_code: 400, description } });
    await outbound.post(to(CHAT), '**Hello**');
    expect(fake.messages(CHAT, 'bot')).toMatchObject([{ text: '**Hello**', entities: [] }]);
  });

  it('sends what shows nothing as HTML as it is', async () => {
    fake.say(CHAT, 'Hi');
    for (const text of ['[a]: https://example.com', '```\n```']) {
      await outbound.post(to(CHAT), text);
      expect(fake.messages(CHAT, 'bot').at(-1)?.text).toBe(text);
    }
  });

  it('fits every part into a message as it is seen, tables and long lists too', async () => {
    fake.say(CHAT, 'Hi');
    const cells = Array.from(
      { length: 60 },
      (_, row) => `|${row}|${row === 30 ? 'x'.repeat(150) : 'y'}|`,
    ).join('\n');
    const text = `|a|b|\n|-|-|\n${cells}\n\n${'1. z\n'.repeat(1500)}`;
    for (let from: number | null = 0; from !== null; ) {
      const part = outbound.split(text, from);
      await outbound.post(to(CHAT), part.text);
      from = part.next;
    }
    const shown = fake.messages(CHAT, 'bot');
    expect(shown.every((message) => message.text.length <= 4096)).toBe(true);
    expect(shown.map((message) => message.text).join('\n')).not.toContain('|-|-|');
    expect(shown.flatMap((message) => message.text.match(/\bz\b/g) ?? [])).toHaveLength(1500);
  });

  it('edits, and is content when nothing changes', async () => {
    fake.say(CHAT, 'Hi');
    const receipt = await outbound.post(to(CHAT), 'Hel');
    await outbound.edit(to(CHAT), receipt, 'Hello');
    await outbound.edit(to(CHAT), receipt, 'Hello');
    expect(fake.messages(CHAT, 'bot')).toMatchObject([{ text: 'Hello', edits: ['Hel'] }]);
  });

  it('refuses for good: unknown message, unknown chat, blocked, wrong token, no chat at all', async () => {
    fake.say(CHAT, 'Hi');
    await expect(outbound.edit(to(CHAT), { messageId: '1' }, 'x')).rejects.toThrow(DeliveryRefused);
    await expect(outbound.post(to(8), 'x')).rejects.toThrow('400 Bad Request: chat not found');
    await expect(outbound.post(to('general'), 'x')).rejects.toThrow(DeliveryRefused);
    fake.block(CHAT);
    await expect(outbound.post(to(CHAT), 'x')).rejects.toThrow('403 Forbidden: bot was blocked by the user');
    const stranger = createTelegram({ botToken: '1:other', webhookSecret: SECRET, apiBaseUrl: fake.url });
    await expect(stranger.outbound.post(to(CHAT), 'x')).rejects.toThrow(DeliveryRefused);
  });

  it('takes an answer that is not JSON for a failure', async () => {
    fake.say(CHAT, 'Hi');
    fake.fail('sendMessage', { status: 502, body: '<html>bad gateway</html>' });
    const error = await outbound.post(to(CHAT), 'x').catch((thrown) => thrown);
    expect(error).not.toBeInstanceOf(DeliveryRefused);
    expect(error.message).not.toContain(TOKEN);
  });

  it('shows that it is typing, and never minds', async () => {
    fake.say(CHAT, 'Hi');
    await outbound.typing(to(CHAT));
    expect(payloads('sendChatAction')).toEqual([{ chat_id: CHAT, action: 'typing' }]);
    fake.flood('sendChatAction', 3);
    await outbound.typing(to(CHAT));
  });

  describe('find', () => {
    it('finds the message that was sent and not recorded, and makes it right', async () => {
      const asked = fake.say(CHAT, 'Hi');
      fake.say(CHAT, 'More');
      fake.say(8, 'Another chat');
      fake.cutAfterActing('sendMessage');
      await expect(outbound.post(to(CHAT, asked.messageId), 'Hel')).rejects.toThrow();
      const found = await outbound.find(to(CHAT, asked.messageId), 'Hello');
      expect(fake.messages(CHAT, 'bot')).toMatchObject([{ id: Number(found?.messageId), text: 'Hello' }]);
      expect(await outbound.find(to(CHAT, asked.messageId), 'Hello')).toEqual(found);
    });

    it('finds nothing where nothing was sent, and leaves known and other messages alone', async () => {
      const asked = fake.say(CHAT, 'Hi');
      const known = await outbound.post(to(CHAT, asked.messageId), 'Part one');
      fake.say(CHAT, 'More');
      expect(await outbound.find(to(CHAT, asked.messageId, [Number(known.messageId)]), 'x')).toBeUndefined();
      expect(fake.messages(CHAT).map(({ text }) => text)).toEqual(['Hi', 'Part one', 'More']);
    });

    it('tries forty messages, not counting the known ones', async () => {
      const asked = fake.say(CHAT, 'Hi');
      const known = Array.from({ length: 10 }, () => fake.say(CHAT, 'again').messageId);
      expect(await outbound.find(to(CHAT, asked.messageId, known), 'x')).toBeUndefined();
      expect(payloads('editMessageText')).toHaveLength(40);
    });

    it('passes a rate limit and a failure on', async () => {
      const asked = fake.say(CHAT, 'Hi');
      fake.flood('editMessageText', 3);
      await expect(outbound.find(to(CHAT, asked.messageId), 'x')).rejects.toMatchObject({
        retryAfterMs: 3000,
      });
      fake.fail('editMessageText', { status: 500 });
      await expect(outbound.find(to(CHAT, asked.messageId), 'x')).rejects.toThrow('500');
    });

    it('does not look without an answered message', async () => {
      fake.say(CHAT, 'Hi');
      expect(await outbound.find(to(CHAT), 'x')).toBeUndefined();
      expect(payloads('editMessageText')).toEqual([]);
    });

    it('does not look in forums, where it would overwrite the replies of other topics', async () => {
      const general = fake.say(GROUP, 'Hi');
      const asked = fake.say(GROUP, 'Hi', { threadId: 42 });
      await outbound.post(to(`${GROUP}/42`, asked.messageId), 'Reply in the topic');
      expect(await outbound.find(to(`${GROUP}/42`, asked.messageId), 'x')).toBeUndefined();
      expect(payloads('getChat')).toEqual([]);
      expect(await outbound.find(to(GROUP, general.messageId), 'x')).toBeUndefined();
      expect(fake.messages(GROUP, 'bot')).toMatchObject([{ text: 'Reply in the topic' }]);
    });

    it('finds a file that was sent and not recorded, and takes no text for it', async () => {
      const asked = fake.say(CHAT, 'Hi');
      const file = { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('a') };
      fake.cutAfterActing('sendMessage');
      await outbound.post(to(CHAT, asked.messageId), 'Unrecorded').catch(() => {});
      fake.cutAfterActing('sendDocument');
      const context = to(CHAT, asked.messageId);
      await expect(outbound.sendFile(context, file)).rejects.toThrow();
      const found = await outbound.sendFile({ ...context, inDoubt: true }, file);
      expect(fake.messages(CHAT, 'bot')).toMatchObject([
        { text: 'Unrecorded' },
        { id: Number(found.messageId), file: { name: 'a.txt' } },
      ]);
      expect(await outbound.find(context, 'Hello')).toEqual({
        messageId: String(Number(found.messageId) - 1),
      });
    });

    it('sends a picture that cannot be shown as a document, and no other that is refused', async () => {
      const asked = fake.say(CHAT, 'Hi');
      const file = { name: 'long.png', mediaType: 'image/png', bytes: Buffer.from('png') };
      const refusal = (reason: string) => ({
        status: 400,
        body: { ok: false, error_code: 400, description: `Bad Request: ${reason}` },
      });
      fake.fail('sendPhoto', refusal('PHOTO_INVALID_DIMENSIONS'));
      const { messageId } = await outbound.sendFile(to(CHAT, asked.messageId), file);
      expect(fake.messages(CHAT, 'bot')).toMatchObject([
        { id: Number(messageId), file: { name: 'long.png' } },
      ]);
      fake.fail('sendPhoto', refusal('not enough rights to send photos to the chat'));
      await expect(outbound.sendFile(to(CHAT), file)).rejects.toThrow(DeliveryRefused);
      expect(payloads('sendDocument')).toHaveLength(1);
    });

    it('is told where to begin by who sent it, in a chat or a bot where much is said meanwhile', async () => {
      const asked = fake.say(CHAT, 'Hi');
      const context = to(CHAT, asked.messageId);
      expect(outbound.latest(context)).toBeUndefined();
      for (let id = 0; id < 60; id++) fake.say(8, 'Something else');
      const elsewhere = await outbound.post(to(8), 'Yes');
      const bound = outbound.latest(context);
      expect(bound).toEqual({ sentAfter: elsewhere.messageId });
      fake.cutAfterActing('sendMessage');
      await outbound.post(context, 'Hel').catch(() => {});
      expect(await outbound.find(context, 'Hello')).toBeUndefined();
      expect(await outbound.find({ ...context, ...bound }, 'Hello')).toBeDefined();
      expect(fake.messages(CHAT, 'bot')).toMatchObject([{ text: 'Hello' }]);

      // A supergroup counts for itself, and topics are not looked into.
      const inGroup = fake.say(GROUP, 'Hi');
      expect(outbound.latest(to(GROUP, inGroup.messageId))).toBeUndefined();
      expect(outbound.latest(to(GROUP, inGroup.messageId, [900]))).toEqual({ sentAfter: '900' });
      expect(outbound.latest(to(`${GROUP}/42`, inGroup.messageId, [900]))).toBeUndefined();
      expect(outbound.latest(context)).toEqual(bound);
    });

    it('looks in groups', async () => {
      const asked = fake.say(GROUP, 'Hi');
      const sent = await outbound.post(to(GROUP, asked.messageId), 'Hel');
      expect(await outbound.find(to(GROUP, asked.messageId), 'Hello')).toEqual(sent);
    });
  });
});

describe('telegram: settings', () => {
  it('says what is wrong with the token, without showing it', () => {
    expect(() =>
      createTelegram({ botToken: 'nonsense', webhookSecret: SECRET, apiBaseUrl: 'http://x' }),
    ).toThrow(/^TELEGRAM_BOT_TOKEN: must look like 123456:/);
  });

  it('sets the webhook, with its path and secret, for messages only', async () => {
    const fake = await start();
    const access = { botToken: TOKEN, webhookSecret: SECRET, apiBaseUrl: fake.url };
    expect(await setTelegramWebhook(access, 'https://bot.example')).toMatch(
      /^Telegram sends to https:\/\/bot\.example\/webhooks\/telegram \(0 updates waiting\), and has the commands \/new, /,
    );
    expect(fake.calls[0]?.payload).toEqual({
      url: 'https://bot.example/webhooks/telegram',
      secret_token: SECRET,
      allowed_updates: ['message', 'edited_message', 'callback_query'],
    });
    await setTelegramWebhook(access, 'https://bot.example/tg/webhooks/telegram');
    expect(fake.webhookUrl).toBe('https://bot.example/tg/webhooks/telegram');
    const wrong = setTelegramWebhook({ ...access, webhookSecret: 'not allowed!' }, 'https://bot.example');
    await expect(wrong).rejects.toThrow('secret token contains unallowed characters');
    await expect(wrong).rejects.not.toThrow('not allowed!');
    await fake.close();
  });

  it('sets the commands that there are, with what is written after them', async () => {
    const fake = await start();
    const access = { botToken: TOKEN, webhookSecret: SECRET, apiBaseUrl: fake.url };
    await setTelegramWebhook(access, 'https://bot.example');
    expect(fake.commands.map(({ command }) => command)).toEqual(COMMANDS.map(({ name }) => name));
    for (const { name, does, argument = '' } of COMMANDS as readonly CommandSpec[]) {
      const shown = fake.commands.find(({ command }) => command === name)?.description;
      expect(shown).toContain(does);
      expect(shown).toContain(argument);
    }
    await fake.close();
  });
});
