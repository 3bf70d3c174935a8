import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { COMMANDS } from '../../../contract/commands.ts';
import { createDiscord } from '../../../platforms/discord/discord.ts';
import type { Received } from '../../../platforms/platform.ts';
import { FakeDiscord } from '../../fakes/discord/discord.ts';
import { eventually } from '../../support/eventually.ts';

const FIXTURES = new URL('../../fixtures/discord/', import.meta.url);
const CHANNEL = '500000000000000001';
const DIRECT = '500000000000000003';
const THREAD = '500000000000000004';
const ANN = { id: '200000000000000007', name: 'Ann' };
const ANN_L = { ...ANN, name: 'Ann L.' };
const ID = '1446100000000000001';
const TOKEN = 'aW50ZXJhY3Rpb246U0FOSVRJU0VE';
const UNADDRESSED = { group: true, unaddressed: true };
const SENT_AT = Date.parse('2025-12-04T09:20:37.123Z');

type Expected = { conversation: string; message: object } | undefined;

/** What each recorded request of the webhook is read as, and how it is answered. */
const REQUESTS: Record<string, { status: number; answer?: object; read?: Expected }> = {
  'interaction-ping': { status: 200, answer: { type: 1 } },
  'interaction-ask-guild': {
    status: 200,
    answer: { type: 5 },
    read: {
      conversation: CHANNEL,
      message: {
        id: '1446000000000000001',
        text: 'What time is it?',
        sender: ANN_L,
        sentAt: 1_764_823_665_380,
        returnAddress: { interaction: '1446000000000000001', token: TOKEN },
      },
    },
  },
  'interaction-ask-direct-file': {
    status: 200,
    answer: { type: 5 },
    read: {
      conversation: DIRECT,
      message: {
        text: 'What is this?',
        sender: ANN,
        attachments: [
          {
            kind: 'image',
            name: 'photo.png',
            mediaType: 'image/png',
            bytes: 20481,
            ref: expect.stringMatching(/^https:\/\/cdn\.discordapp\.com\/ephemeral-attachments\//),
          },
        ],
      },
    },
  },
  'interaction-status': {
    status: 200,
    answer: { type: 5 },
    read: { conversation: CHANNEL, message: { text: '/status' } },
  },
  'interaction-button': {
    status: 200,
    answer: { type: 6 },
    read: { conversation: CHANNEL, message: { id: '1446000000000000001', text: '/stop', sender: ANN_L } },
  },
  'interaction-user-command': { status: 200 },
  'interaction-autocomplete': { status: 200 },
  'event-ping': { status: 204 },
  'event-authorized': { status: 204 },
};

const file = (id: string, more: object) => [{ ref: `${DIRECT}/${ID}/${id}`, ...more }];
const IMAGE = { kind: 'image', name: 'photo.png', mediaType: 'image/png', bytes: 20481 };
const VOICE = { kind: 'audio', name: 'voice-message.ogg', mediaType: 'audio/ogg', bytes: 14211 };
const NOTES = { kind: 'file', name: 'notes.txt', mediaType: 'text/plain', bytes: 120 };

/** What each recorded event of the gateway is read as; undefined: it says nothing. */
const EVENTS: Record<string, Expected> = {
  'direct-text': {
    conversation: DIRECT,
    message: { id: ID, messageId: ID, text: 'Hello', sender: ANN, sentAt: SENT_AT },
  },
  'direct-image': {
    conversation: DIRECT,
    message: { text: '', attachments: file('1446100000000000901', IMAGE) },
  },
  'direct-file': {
    conversation: DIRECT,
    message: { text: 'Please read', attachments: file('1446100000000000902', NOTES) },
  },
  'direct-voice': {
    conversation: DIRECT,
    message: { text: '', attachments: file('1446100000000000903', VOICE) },
  },
  'direct-sticker': { conversation: DIRECT, message: { text: '[sticker: Wave]' } },
  'direct-poll': { conversation: DIRECT, message: { text: '[poll: Pizza?]' } },
  'direct-forward': { conversation: DIRECT, message: { text: 'The forwarded words' } },
  'direct-edited': {
    conversation: DIRECT,
    message: {
      id: `${ID}:2025-12-04T09:21:37.123000+00:00`,
      messageId: ID,
      text: 'Hello again',
      edited: true,
      sentAt: SENT_AT + 60_000,
    },
  },
  'direct-link-preview': undefined,
  'direct-deleted': {
    conversation: DIRECT,
    message: { id: `${ID}:deleted`, messageId: ID, text: '', deleted: true },
  },
  'guild-mention': {
    conversation: CHANNEL,
    message: { text: 'what time is it?', sender: ANN_L, returnAddress: { replyTo: ID } },
  },
  'guild-mention-of-two': { conversation: CHANNEL, message: { text: 'remind @Bob' } },
  'guild-only-mention': { conversation: CHANNEL, message: { text: '@holdfast' } },
  'guild-everyone': { conversation: CHANNEL, message: UNADDRESSED },
  'guild-chatter': { conversation: CHANNEL, message: { sender: ANN_L, ...UNADDRESSED } },
  'guild-reply-to-bot': {
    conversation: CHANNEL,
    message: { text: 'And tomorrow?', quote: 'It rains today.' },
  },
  'guild-reply-to-other': { conversation: CHANNEL, message: UNADDRESSED },
  'guild-mention-in-reply': {
    conversation: CHANNEL,
    message: { text: 'is that so?', quote: 'The earth is flat.' },
  },
  'thread-mention': { conversation: THREAD, message: { text: 'sum up' } },
  'own-message': undefined,
  'other-bot': undefined,
  'webhook-message': undefined,
  'member-joined': undefined,
};

function expectRead(messages: Received['messages'], expected: Expected): void {
  if (!expected) return expect(messages).toEqual([]);
  expect(messages).toEqual([{ ...expected, message: expect.objectContaining(expected.message) as unknown }]);
  const { group, unaddressed } = messages[0]?.message ?? {};
  expect(group).toBe(expected.conversation === DIRECT ? undefined : true);
  if (!('unaddressed' in expected.message)) expect(unaddressed).toBeUndefined();
}

const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');

describe('discord: inbound', () => {
  let fake: FakeDiscord;
  beforeEach(async () => {
    fake = await FakeDiscord.start();
  });
  afterEach(() => fake.close());

  const create = (publicKey = fake.publicKey) =>
    createDiscord({
      applicationId: fake.applicationId,
      publicKey,
      botToken: fake.token,
      apiBaseUrl: fake.api.url,
    });

  it.for(Object.entries(REQUESTS))(
    'reads the recorded request %s',
    async ([name, { status, answer, read }]) => {
      const { messages, respond } = await create().inbound.receive(fake.sign(fixture(name)));
      expectRead(messages, read);
      const response = respond?.() ?? Response.json({ ok: true });
      expect(response.status).toBe(status);
      if (answer) expect(await response.json()).toEqual(answer);
    },
  );

  it('reads the recorded events of the gateway', async () => {
    const stop = new AbortController();
    const stored: Received['messages'] = [];
    let isUp = false;
    const listening = create().listener?.listen({
      stateFile: path.join(await mkdtemp(path.join(inject('scratch'), 'listen-')), 'discord.json'),
      signal: stop.signal,
      async store(messages) {
        stored.push(...messages);
        return messages;
      },
      async *conversations() {
        yield DIRECT;
      },
      log: () => {},
      connected: () => {
        isUp = true;
      },
    });
    await eventually(() => isUp);
    for (const [name, expected] of Object.entries(EVENTS)) {
      stored.length = 0;
      const { t, d } = JSON.parse(fixture(name)) as { t: string; d: unknown };
      fake.gateway.dispatch(t, d);
      // Something that is for us, so that we know that it was read.
      fake.gateway.dispatch('MESSAGE_CREATE', {
        ...JSON.parse(fixture('direct-text')).d,
        content: 'the end',
      });
      await eventually(() => stored.at(-1)?.message.text === 'the end');
      expectRead(stored.slice(0, -1), expected);
    }
    stop.abort();
    await listening;
  });

  it('has an expectation for everything recorded', () => {
    const names = readdirSync(FIXTURES).map((each) => each.replace('.json', ''));
    expect(names.toSorted()).toEqual([...Object.keys(REQUESTS), ...Object.keys(EVENTS)].toSorted());
  });

  it('tells only the one who asks where the operator wants nothing of it', async () => {
    const { respondUnwanted } = await create().inbound.receive(fake.sign(fixture('interaction-status')));
    expect(await respondUnwanted?.().json()).toEqual({
      type: 4,
      data: { content: 'I am not to answer here.', flags: 64 },
    });
  });

  it('reads a command with what was written after it, whatever that is called', async () => {
    const interaction = JSON.parse(fixture('interaction-status'));
    for (const { name } of COMMANDS)
      for (const option of ['argument', 'name']) {
        interaction.data = {
          ...interaction.data,
          name,
          options: [{ type: 3, name: option, value: 'abc always' }],
        };
        const { messages } = await create().inbound.receive(fake.sign(JSON.stringify(interaction)));
        expect(messages).toMatchObject([{ message: { text: `/${name} abc always` } }]);
      }
  });

  it('refuses what was signed too long ago, or is said to be of another time', async () => {
    const body = fixture('interaction-status');
    const { inbound } = create();
    const at = (ms: number) => inbound.receive(fake.sign(body, { at: Date.now() + ms }));
    await expect(at(-6 * 60_000)).rejects.toMatchObject({ status: 401, code: 'stale_timestamp' });
    await expect(at(6 * 60_000)).rejects.toMatchObject({ status: 401, code: 'stale_timestamp' });
    expect((await at(-60_000)).messages).toHaveLength(1);
    const changed = fake.sign(body, { at: Date.now() - 6 * 60_000 });
    changed.headers.set('x-signature-timestamp', String(Math.floor(Date.now() / 1000)));
    await expect(inbound.receive(changed)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
  });

  it('refuses a public key that is none', () => {
    expect(() => create('abc')).toThrow('DISCORD_PUBLIC_KEY');
  });

  it('fetches a file of a message by a new address, without its token', async () => {
    const { inbound } = create();
    const bytes = Buffer.from('PNG');
    const channel = fake.direct(DIRECT);
    const { id } = fake.write(channel, '', { files: [{ name: 'a.png', mediaType: 'image/png', bytes }] });
    const options = { maxBytes: 1_000, signal: new AbortController().signal };
    const fetched = await inbound.fetchAttachment?.({ kind: 'image', ref: `${DIRECT}/${id}/${id}` }, options);
    expect(fetched).toEqual({ mediaType: 'image/png', bytes });
    expect(fake.api.calls.at(-1)?.headers.authorization).toBeUndefined();
    for (const ref of [
      `${DIRECT}/${id}/7`,
      `${DIRECT}/7/7`,
      'https://example.com/a.png',
      'http://cdn.discordapp.com/a',
      '',
    ])
      await expect(inbound.fetchAttachment?.({ kind: 'image', ref }, options)).rejects.toMatchObject({
        name: 'AttachmentUnavailable',
      });
  });
});
