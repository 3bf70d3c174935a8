import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../contract/commands.ts';
import type { Platform, Received } from '../../../platforms/platform.ts';
import { isSlacks } from '../../../platforms/slack/files.ts';
import { createSlack } from '../../../platforms/slack/slack.ts';
import { FORM, signed } from '../../fakes/slack/requests.ts';
import { FakeSlack } from '../../fakes/slack/slack.ts';

const TOKEN = 'xoxb-secret';
const SECRET = 'signing-secret';
const FIXTURES = new URL('../../fixtures/slack/', import.meta.url);
const DM = 'D024BE91L';
const CHANNEL = 'C0LAN2Q65';
const TS = '1795000000.000100';
const ROOT = '1794999000.000900';
const ANN = { id: 'U061F7AUR' };
const UNADDRESSED = { group: true, unaddressed: true };
const IMAGE = {
  kind: 'image',
  ref: 'F0S43P1CZ',
  mediaType: 'image/gif',
  name: 'billair.gif',
  bytes: 144_538,
};

const VOICE = {
  kind: 'audio',
  ref: 'F0VOICE',
  mediaType: 'video/quicktime',
  name: 'audio_message.m4a',
  bytes: 21_012,
};

/** What each recorded request is read as; undefined: it says nothing. */
const EXPECTED: Record<string, { conversation: string; message: object } | undefined> = {
  'dm-text': {
    conversation: DM,
    message: {
      id: `${DM}:${TS}`,
      messageId: TS,
      text: 'Hello <you> & all',
      sender: ANN,
      sentAt: 1_795_000_000_000,
    },
  },
  'dm-thread': {
    conversation: `${DM}/1795000010.000300`,
    message: { text: 'And in the thread', messageId: '1795000060.000200' },
  },
  'dm-without-authorizations': { conversation: DM, message: { text: 'hi' } },
  'dm-escapes': {
    conversation: DM,
    message: {
      text: '@U0BOB see #general @here the page (https://example.com/a?b=1&c=2), https://example.com, a@example.com @team',
    },
  },
  'dm-escaped-markup': { conversation: DM, message: { text: '&lt;b&gt; <@U0BOB> 1 < 2' } },
  'dm-edited': {
    conversation: DM,
    message: {
      id: `${DM}:${TS}:1795000090.000400`,
      messageId: TS,
      text: 'Hello',
      edited: true,
      sentAt: 1_795_000_090_000,
    },
  },
  'dm-edited-answered-in-thread': { conversation: DM, message: { text: 'Hello', edited: true } },
  'dm-link-unfurled': undefined,
  'dm-deleted': {
    conversation: DM,
    message: { id: `${DM}:${TS}:deleted`, messageId: TS, text: '', deleted: true, sender: ANN },
  },
  'dm-image': { conversation: DM, message: { text: 'Look', attachments: [IMAGE] } },
  'dm-voice': {
    conversation: DM,
    message: { text: '', attachments: [VOICE] },
  },
  'dm-external-and-deleted-file': {
    conversation: DM,
    message: {
      text: 'See these\n[file Plan https://docs.google.com/document/d/1/edit]\n[a file that is no longer there]',
    },
  },
  'dm-file-of-another-workspace': {
    conversation: DM,
    message: { text: '', attachments: [{ kind: 'file', ref: 'F0CONNECT' }] },
  },
  'dm-shared-message': {
    conversation: DM,
    message: { text: '[a shared message]', quote: 'The bridge is open' },
  },
  'own-message': undefined,
  'own-message-edited': undefined,
  'own-message-deleted': undefined,
  'channel-chatter-deleted': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}:deleted`, text: '', deleted: true, sender: ANN, ...UNADDRESSED },
  },
  slackbot: undefined,
  'channel-mention': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}`, text: 'what time is it?' },
  },
  'channel-app-mention': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}`, text: 'what time is it?' },
  },
  'channel-app-mention-by-edit': undefined,
  'channel-mention-inside': { conversation: `${CHANNEL}/${TS}`, message: { text: 'Hey, are you there?' } },
  'channel-mention-only': { conversation: `${CHANNEL}/${TS}`, message: { text: '@U0HOLDFAST' } },
  'channel-chatter': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}`, sender: ANN, ...UNADDRESSED },
  },
  'channel-escaped-mention': {
    conversation: `${CHANNEL}/${TS}`,
    message: UNADDRESSED,
  },
  'thread-command': { conversation: `${CHANNEL}/${ROOT}`, message: { text: '/status' } },
  'thread-mention': {
    conversation: `${CHANNEL}/${ROOT}`,
    message: { id: `${CHANNEL}:${TS}`, text: 'sum up' },
  },
  'thread-of-bot': { conversation: `${CHANNEL}/${ROOT}`, message: { text: 'And tomorrow?' } },
  'thread-chatter': {
    conversation: `${CHANNEL}/${ROOT}`,
    message: { text: 'I think so', ...UNADDRESSED },
  },
  'thread-broadcast': {
    conversation: `${CHANNEL}/${ROOT}`,
    message: { text: 'is that so?', quote: 'The bridge is open' },
  },
  'private-channel-mention': { conversation: `G0PRIVATE1/${TS}`, message: { text: 'hi' } },
  'group-dm-chatter': {
    conversation: `C0MPIM001/${TS}`,
    message: { text: 'lunch?', ...UNADDRESSED },
  },
  'channel-mention-edited': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}:1795000090.000400`, text: 'what day is it?', edited: true },
  },
  'channel-chatter-edited': {
    conversation: `${CHANNEL}/${TS}`,
    message: { text: 'lunch?', edited: true, ...UNADDRESSED },
  },
  'channel-mention-deleted': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}:deleted`, text: '', deleted: true },
  },
  'channel-answered-mention-deleted': {
    conversation: `${CHANNEL}/${TS}`,
    message: { id: `${CHANNEL}:${TS}:deleted`, text: '', deleted: true },
  },
  'other-bot': undefined,
  'other-app': undefined,
  'channel-join': undefined,
  'reaction-added': undefined,
  'channel-created': undefined,
  'assistant-thread-started': undefined,
  'app-rate-limited': undefined,
  'button-dm': {
    conversation: DM,
    message: {
      id: `${DM}:1795000030.000700:U061F7AUR:1795000120.123456`,
      text: '/stop',
      sender: { id: 'U061F7AUR', name: 'ann' },
    },
  },
  'button-thread': { conversation: `${CHANNEL}/${TS}`, message: { text: '/stop' } },
  'view-submission': undefined,
  'slash-command': {
    conversation: DM,
    message: {
      id: 'command:13345224609.738474920.8088930838d88f008e0',
      text: '/status now',
      sender: { id: 'U061F7AUR', name: 'ann' },
    },
  },
  'slash-command-bare': { conversation: CHANNEL, message: { text: '/help' } },
  'slash-ssl-check': undefined,
};

describe('slack: inbound', () => {
  let fake: FakeSlack;
  let slack: Platform;
  beforeEach(async () => {
    fake = await FakeSlack.start(TOKEN);
    slack = createSlack({ botToken: TOKEN, signingSecret: SECRET, apiBaseUrl: fake.url });
  });
  afterEach(() => fake.api.close());

  const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
  const receive = (body: string, contentType?: string): Promise<Received> =>
    slack.inbound.receive(signed(SECRET, body, contentType === undefined ? {} : { contentType }));
  /** Buttons come as a field of a form, commands as a form. */
  const receiveFixture = (name: string) => {
    const json = fixture(name);
    if (/^(?:button|view)-/.test(name))
      return receive(new URLSearchParams({ payload: json }).toString(), FORM);
    if (name.startsWith('slash-')) return receive(new URLSearchParams(JSON.parse(json)).toString(), FORM);
    return receive(json);
  };

  it('has an expectation for every recorded request', () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  for (const [name, expected] of Object.entries(EXPECTED))
    it(`reads ${name}`, async () => {
      const { messages, respond } = await receiveFixture(name);
      if (expected) {
        const { message, conversation } = expected;
        expect(messages).toEqual([{ conversation, message: expect.objectContaining(message) }]);
        if (!('edited' in message)) expect(messages[0]?.message.edited).toBeUndefined();
        if (!('unaddressed' in message)) expect(messages[0]?.message.unaddressed).toBeUndefined();
        // A channel's id says whether it is one of two.
        expect(messages[0]?.message.group).toBe(conversation.startsWith('D') ? undefined : true);
      } else {
        expect(messages).toEqual([]);
      }
      const response = respond?.();
      expect([response?.status, await response?.text()]).toEqual([200, '']);
    });

  it('takes every command after /holdfast, with what is written after it', async () => {
    const form = JSON.parse(fixture('slash-command'));
    for (const { name } of COMMANDS) {
      const body = new URLSearchParams({ ...form, text: `${name} abc always` }).toString();
      const [received] = (await receive(body, FORM)).messages;
      expect(received?.message.text).toBe(`/${name} abc always`);
    }
  });

  it('asks Slack who we are only where the event does not say so, and once', async () => {
    await receiveFixture('dm-text');
    expect(fake.calls('auth.test')).toHaveLength(0);
    fake.refuse('auth.test', 'internal_error');
    await expect(receiveFixture('dm-without-authorizations')).rejects.toThrow('internal_error');
    await receiveFixture('dm-without-authorizations');
    await receiveFixture('dm-without-authorizations');
    expect(fake.calls('auth.test')).toHaveLength(2);
  });

  it('refuses forms that are neither a payload nor a command, and payloads that are not JSON', async () => {
    await expect(receive('a=b', FORM)).rejects.toMatchObject({ status: 400, code: 'invalid_message' });
    await expect(receive('payload=%7B', FORM)).rejects.toMatchObject({ status: 400, code: 'invalid_json' });
  });

  it('refuses a time that was changed, and one that is none', async () => {
    for (const timestamp of ['soon', '', String(Math.floor(Date.now() / 1000) - 5)]) {
      const request = signed(SECRET, fixture('dm-text'));
      request.headers.set('x-slack-request-timestamp', timestamp);
      await expect(slack.inbound.receive(request)).rejects.toMatchObject({ status: 401 });
    }
    const future = signed(SECRET, fixture('dm-text'), { secondsAgo: -6 * 60 });
    await expect(slack.inbound.receive(future)).rejects.toMatchObject({ code: 'stale_timestamp' });
  });

  it('takes a retry for the redelivery that it is', async () => {
    const request = signed(SECRET, fixture('dm-text'));
    request.headers.set('x-slack-retry-num', '1');
    request.headers.set('x-slack-retry-reason', 'http_timeout');
    const { messages } = await slack.inbound.receive(request);
    expect(messages[0]?.message.id).toBe(`${DM}:${TS}`);
  });

  describe('files', () => {
    const fetchFile = (ref: string, maxBytes = 1000) => {
      if (!slack.inbound.fetchAttachment) throw new Error('no files');
      const { signal } = new AbortController();
      return slack.inbound.fetchAttachment({ kind: 'file', ref }, { maxBytes, signal });
    };
    const add = (more: object = {}) => {
      const id = fake.workspace.addFile(
        { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('Hi') },
        true,
      );
      Object.assign(fake.workspace.files.get(id) ?? {}, more);
      return id;
    };
    const downloads = () => fake.api.calls.filter(({ path }) => !path.startsWith('/api/'));

    it('are fetched with our token from Slack', async () => {
      const { bytes, mediaType } = await fetchFile(add());
      expect([Buffer.from(bytes).toString(), mediaType]).toEqual(['Hi', 'text/plain']);
    });

    it('are not fetched from elsewhere: our token stays with Slack', async () => {
      const { hostname } = new URL(fake.url);
      const other = await FakeSlack.start(TOKEN);
      for (const external of [
        `${other.url}/files-pri/x`,
        'https://files.slack.com.example/x',
        `https://evil${hostname}/x`,
        'file:///etc/passwd',
        'nonsense',
      ])
        await expect(fetchFile(add({ external }))).rejects.toThrow('it is not kept by Slack');
      expect([...other.api.calls, ...downloads()]).toEqual([]);
      await other.api.close();
    });

    it('are on the hosts of the API, and no others', () => {
      const api = 'https://slack.com/api';
      for (const url of ['https://files.slack.com/files-pri/T1-F1/a', 'https://slack.com/x'])
        expect(isSlacks(url, api), url).toBe(true);
      for (const url of [
        'http://files.slack.com/x',
        'https://files.slack.com:8443/x',
        'https://evilslack.com/x',
        'https://files.slack.com.example/x',
        'https://files.slack.com@example.com/x',
        'https://169.254.169.254/slack.com',
      ])
        expect(isSlacks(url, api), url).toBe(false);
    });

    it('that are unknown, deleted, or behind the login page cannot be had', async () => {
      await expect(fetchFile('F0UNKNOWN')).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
      fake.refuse('files.info', 'missing_scope', { needed: 'files:read' });
      await expect(fetchFile(add())).rejects.toThrow('give the app the scope files:read');
      const page = { status: 200, body: '<html>', headers: { 'content-type': 'text/html; charset=utf-8' } };
      fake.api.refuse(({ path }) => path.startsWith('/files-pri/'), page);
      await expect(fetchFile(add())).rejects.toThrow('the app needs the scope files:read');
    });

    it('that say to be small and are not are cut off', async () => {
      const bytes = Buffer.alloc(5000);
      const id = add({ bytes });
      await expect(fetchFile(id)).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
      expect(downloads()).toEqual([]);
      const larger = { status: 200, body: bytes, headers: { 'transfer-encoding': 'chunked' } };
      fake.api.refuse(({ path }) => path.startsWith('/files-pri/'), larger);
      await expect(fetchFile(add())).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
    });
  });
});
