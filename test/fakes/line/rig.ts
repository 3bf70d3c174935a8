import { createHmac } from 'node:crypto';
import type { webhook } from '@line/bot-sdk';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { FakeLine } from './line.ts';

const ACCESS_TOKEN = 'channel-access-token-1';
const SECRET = 'channel-secret-1';
const BOT = `U${'b'.repeat(32)}`;
/** People, one for each place. */
const personOf = (place: number) => `U${place.toString(16).padStart(32, '0')}`;

const GROUP = `C${'c'.repeat(32)}`;

const isSend = ({ path }: ApiRequest) => /\/message\/(reply|push)$/.test(path);

export async function startLineRig(): Promise<Rig> {
  const fake = await FakeLine.start(ACCESS_TOKEN);
  const { api } = fake;
  const shown = (place: number) => fake.shown(personOf(place));
  const eventBase = (place: number): webhook.EventBase & { replyToken: string } => ({
    type: '',
    mode: 'active',
    timestamp: Date.now(),
    source: { type: 'user', userId: personOf(place) },
    webhookEventId: `01FZ74A0TDDPYRVKNK77${fake.nextId()}`,
    deliveryContext: { isRedelivery: false },
    replyToken: fake.newReplyToken(personOf(place)),
  });
  const send = async (event: webhook.MessageEvent | webhook.PostbackEvent) => {
    const body: webhook.CallbackRequest = { destination: BOT, events: [event] };
    return signed(JSON.stringify(body));
  };
  const textOf = (text: string): webhook.TextMessageContent => ({
    type: 'text',
    id: fake.nextId(),
    quoteToken: 'q3Plxr4AgKd',
    text,
  });
  const inGroup: webhook.GroupSource = { type: 'group', groupId: GROUP, userId: personOf(1) };
  return {
    name: 'line',
    env: {
      LINE_CHANNEL_ACCESS_TOKEN: ACCESS_TOKEN,
      LINE_CHANNEL_SECRET: SECRET,
      LINE_API_BASE_URL: api.url,
      LINE_DATA_API_BASE_URL: api.url,
    },
    secrets: [ACCESS_TOKEN, SECRET],
    say: (place, text) => send({ ...eventBase(place), type: 'message', message: textOf(text) }),
    conversation: personOf,
    group: {
      toBot(text) {
        const mentionees = [{ type: 'user', index: 0, length: 9, userId: BOT, isSelf: true }] as const;
        const message = { ...textOf(`@holdfast ${text}`), mention: { mentionees: [...mentionees] } };
        return send({ ...eventBase(1), source: inGroup, type: 'message', message });
      },
      toOthers: (text) => send({ ...eventBase(1), source: inGroup, type: 'message', message: textOf(text) }),
      calls: () => api.calls.length,
    },
    sign: async (body) => signed(body),
    forge: async ({ body }) => signed(body, 'channel-secret-2'),
    signsBody: true,
    handshakes: [{ request: signed(JSON.stringify({ destination: BOT, events: [] })), answer: expectOk }],
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: [
      { body: '[]', names: 'the body' },
      { body: '{"destination":"U1"}', names: 'events' },
      { body: '{"events":[{"type":"message","timestamp":1}]}', names: 'events.0.webhookEventId' },
    ],
    shown: (place) => shown(place).map(({ text }) => text),
    buttons: (place) =>
      shown(place)
        .at(-1)
        ?.buttons.map(({ label }) => label) ?? [],
    press(place, label) {
      const button = shown(place)
        .at(-1)
        ?.buttons.find((one) => one.label === label);
      if (!button) throw new Error(`no button ${label}`);
      return send({ ...eventBase(place), type: 'postback', postback: { data: button.value } });
    },
    /** LINE's files have no text. */
    sendFile(place, _text, file) {
      const id = fake.nextId();
      fake.addFile(id, file);
      const quoteToken = 'q3Plxr4AgKd';
      const message: webhook.MessageContent = file.mediaType.startsWith('image/')
        ? { type: 'image', id, quoteToken, contentProvider: { type: 'line' } }
        : { type: 'file', id, fileName: file.name, fileSize: file.bytes.length };
      return send({ ...eventBase(place), type: 'message', message });
    },
    fail: (status, retryAfter) => api.refuse(isSend, failure(status, retryAfter)),
    pauseUntold: true,
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'once',
    close: () => api.close(),
  };
}

function failure(status: number, retryAfter: number | undefined): ApiAnswer {
  if (retryAfter !== undefined)
    return { status: 429, body: { message: 'The API rate limit has been exceeded. Try again later.' } };
  if (status >= 500) return { status, body: '' };
  return { status, body: { message: 'The request body has 1 error(s)', details: [{ message: 'invalid' }] } };
}

function signed(body: string | Uint8Array, secret = SECRET): WebhookRequest {
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/line'),
    headers: new Headers({
      'content-type': 'application/json; charset=utf-8',
      'x-line-signature': createHmac('sha256', secret).update(body).digest('base64'),
    }),
    body: Buffer.from(body),
  };
}

function expectOk(status: number): void {
  if (status !== 200) throw new Error(`answered ${status}`);
}
