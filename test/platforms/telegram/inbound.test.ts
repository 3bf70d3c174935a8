import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Received } from '../../../platforms/platform.ts';
import { createTelegram } from '../../../platforms/telegram/telegram.ts';
import { FakeTelegram } from '../../fakes/telegram/telegram.ts';

const TOKEN = '123456:AAH-secret_token';
const SECRET = 'webhook_secret-1';
const FIXTURES = new URL('../../fixtures/telegram/', import.meta.url);
const GROUP = '-1001234567890';
const ANN = { id: '7', name: 'Ann Lee' };
const SENT_AT = 1_795_000_000_000;
const UNADDRESSED = { group: true, unaddressed: true };

/** What each recorded update is read as; undefined: it says nothing. */
const EXPECTED: Record<string, { conversation: string; message: object } | undefined> = {
  'private-text': {
    conversation: '7',
    message: { id: '900001', messageId: '41', text: 'Hello', sender: ANN, sentAt: SENT_AT },
  },
  'private-photo-caption': {
    conversation: '7',
    message: {
      text: 'What is this?',
      attachments: [{ kind: 'image', ref: 'AgAD', mediaType: 'image/jpeg', bytes: 1024 }],
    },
  },
  'private-voice': {
    conversation: '7',
    message: {
      text: '',
      attachments: [{ kind: 'audio', ref: 'AwAD', mediaType: 'audio/ogg', bytes: 9000 }],
    },
  },
  'private-reply-with-quote': { conversation: '7', message: { text: 'Why?', quote: 'Because' } },
  'private-button': {
    conversation: '7',
    message: { id: '900030', text: '/stop', sender: ANN },
  },
  'topic-button': { conversation: `${GROUP}/42`, message: { text: 'yes', sender: ANN, group: true } },
  'topic-button-of-gone-message': undefined,
  'private-dice': { conversation: '7', message: { text: '[dice 🎲 4]' } },
  'private-location': { conversation: '7', message: { text: '[location 52.5, 13.4]' } },
  'private-venue': {
    conversation: '7',
    message: { text: '[venue Café Lindner, Unter den Linden 1 (52.5, 13.4)]' },
  },
  'private-contact': { conversation: '7', message: { text: '[contact Ben Ott, +4930123456]' } },
  'private-poll': { conversation: '7', message: { text: '[poll When? Monday / Friday]' } },
  'private-edited': {
    conversation: '7',
    message: { id: '900004', messageId: '41', text: 'Hello again', edited: true, sentAt: SENT_AT + 60_000 },
  },
  'private-live-location-moves': undefined,
  'group-mention': { conversation: GROUP, message: { text: 'what time is it?', sender: ANN, group: true } },
  'group-asks-about-photo': {
    conversation: GROUP,
    message: {
      text: 'what is this?',
      group: true,
      attachments: [{ kind: 'image', ref: 'AgAD', mediaType: 'image/jpeg', bytes: 1024 }],
    },
  },
  'group-mention-inside': { conversation: GROUP, message: { text: 'Hey, are you there?', group: true } },
  'group-text-mention': { conversation: GROUP, message: { text: '🙂  sum up', group: true } },
  'group-chatter': {
    conversation: GROUP,
    message: { text: expect.stringMatching(/./), sender: ANN, ...UNADDRESSED },
  },
  'group-reply-to-bot': { conversation: GROUP, message: { text: 'And tomorrow?', group: true } },
  'group-command': { conversation: GROUP, message: { text: '/status now', group: true } },
  'group-command-of-other-bot': {
    conversation: GROUP,
    message: { text: '/status@OtherBot', ...UNADDRESSED },
  },
  'forum-topic-mention': { conversation: `${GROUP}/42`, message: { text: 'hi', group: true } },
  'forum-topic-of-bot-chatter': {
    conversation: `${GROUP}/43`,
    message: { text: 'just talking', ...UNADDRESSED },
  },
  'group-anonymous-admin': {
    conversation: GROUP,
    message: { text: '/help', sender: { id: GROUP, name: 'Team' }, group: true },
  },
  'group-other-bot': undefined,
  'group-new-member': undefined,
  'channel-post': undefined,
  'business-message': undefined,
  'unknown-kind': undefined,
};

describe('telegram: inbound', () => {
  let fake: FakeTelegram;
  beforeEach(async () => {
    fake = await FakeTelegram.start({ token: TOKEN, webhookSecret: SECRET });
  });
  afterEach(() => fake.close());

  const createPlatform = (botUsername?: string) =>
    createTelegram({ botToken: TOKEN, webhookSecret: SECRET, apiBaseUrl: fake.url, botUsername });
  const receive = (body: string, platform = createPlatform()): Promise<Received> =>
    platform.inbound.receive({
      method: 'POST',
      url: new URL('http://gateway/webhooks/telegram'),
      headers: new Headers({ 'x-telegram-bot-api-secret-token': SECRET }),
      body: Buffer.from(body),
    });
  const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
  const calls = () => fake.calls.map(({ method }) => method);

  it.for(Object.entries(EXPECTED))('reads the recorded update %s', async ([name, expected]) => {
    const { messages } = await receive(fixture(name));
    if (!expected) return expect(messages).toEqual([]);
    expect(messages).toEqual([{ ...expected, message: expect.objectContaining(expected.message) }]);
    if (!('unaddressed' in expected.message)) expect(messages[0]?.message).not.toHaveProperty('unaddressed');
    if (!('group' in expected.message)) expect(messages[0]?.message).not.toHaveProperty('group');
  });

  it('has an expectation for every recorded update', () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it('ends the waiting that a pressed button shows', async () => {
    const { respond } = await receive(fixture('private-button'));
    expect(await respond?.().json()).toEqual({
      method: 'answerCallbackQuery',
      callback_query_id: '4382bfdwdsb323b2d9',
    });
  });

  it('says that the message of a button is gone, if its topic would be needed', async () => {
    const { respond } = await receive(fixture('topic-button-of-gone-message'));
    expect(await respond?.().json()).toMatchObject({ text: 'This message is gone.' });
    const update = JSON.parse(fixture('topic-button-of-gone-message'));
    update.callback_query.message.chat = { id: 7, type: 'private' };
    expect((await receive(JSON.stringify(update))).messages).toMatchObject([{ conversation: '7' }]);
  });

  it('has no "edited" on a new message', async () => {
    expect((await receive(fixture('private-text'))).messages[0]?.message).not.toHaveProperty('edited');
  });

  it('asks who it is only where that matters, once for all', async () => {
    const platform = createPlatform();
    await receive(fixture('private-text'), platform);
    expect(calls()).toEqual([]);
    await Promise.all([
      receive(fixture('group-mention'), platform),
      receive(fixture('group-chatter'), platform),
    ]);
    expect(calls()).toEqual(['getMe']);
  });

  it('does not ask when it is told its name', async () => {
    const { messages } = await receive(fixture('group-mention'), createPlatform('@HoldfastBot'));
    expect(messages).toHaveLength(1);
    expect(calls()).toEqual([]);
  });

  it('fails while Telegram cannot say who it is, and asks again for the redelivery', async () => {
    const platform = createPlatform();
    fake.fail('getMe', { status: 502 });
    const failing = receive(fixture('group-mention'), platform);
    await expect(failing).rejects.toMatchObject({ name: 'Error' });
    expect((await receive(fixture('group-mention'), platform)).messages).toHaveLength(1);
  });

  it('keeps a message that is only the mention', async () => {
    const update = JSON.parse(fixture('group-mention'));
    update.message.text = '@HoldfastBot';
    expect((await receive(JSON.stringify(update))).messages[0]?.message.text).toBe('@HoldfastBot');
  });

  it('leaves commands for other bots alone where nobody else could mean them', async () => {
    const update = JSON.parse(fixture('group-command-of-other-bot'));
    update.message.chat = { id: 7, type: 'private' };
    expect((await receive(JSON.stringify(update))).messages).toEqual([]);
  });

  it('brings no picture that it answers along with what is not for it', async () => {
    const update = JSON.parse(fixture('group-asks-about-photo'));
    update.message.text = 'nice!';
    const [received] = (await receive(JSON.stringify(update))).messages;
    expect(received?.message).toMatchObject({ text: 'nice!', ...UNADDRESSED });
    expect(received?.message).not.toHaveProperty('attachments');
  });

  it('takes no channel and no anonymous administrator for a person: their ids are never those of people', async () => {
    const update = JSON.parse(fixture('group-anonymous-admin'));
    const senderOf = async (chat: object, from: object) => {
      const message = { ...update.message, sender_chat: chat, from };
      const [received] = (await receive(JSON.stringify({ ...update, message }))).messages;
      return received?.message.sender?.id;
    };
    // Telegram gives groups and channels negative ids, and puts a bot of its own, or the owner, into `from`.
    const person = { id: 1001234567891, is_bot: false, first_name: 'Ann' };
    const channel = { id: -1001234567891, title: 'News', type: 'channel' };
    expect(await senderOf(channel, person)).toBe('-1001234567891');
    expect(await senderOf(channel, { id: 136817688, is_bot: true, first_name: 'Channel' })).toBe(
      '-1001234567891',
    );
    expect(await senderOf(update.message.sender_chat, person)).toBe(GROUP);
    // One that is said to be positive could be somebody.
    expect(await senderOf({ ...channel, id: person.id }, person)).toBeUndefined();
  });

  it('takes a command that names no bot', async () => {
    const update = JSON.parse(fixture('group-command'));
    update.message.text = '/stop';
    expect((await receive(JSON.stringify(update))).messages[0]?.message.text).toBe('/stop');
  });
});
