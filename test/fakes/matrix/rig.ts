import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { Rig } from '../rig.ts';
import { FakeHomeserver } from './homeserver.ts';
import { shownOf } from './html.ts';
import type { FakeEvent } from './room.ts';

const AS_TOKEN = 'as-token-of-the-tests';
const HS_TOKEN = 'hs-token-of-the-tests';
const BOT = '@holdfast:fake.test';
const ANN = '@ann:fake.test';
/** Rooms with one person, one for each place. */
const roomOf = (place: number) => `!place${place}:fake.test`;
const ERRORS: Record<number, string> = { 400: 'M_BAD_JSON', 403: 'M_FORBIDDEN', 404: 'M_NOT_FOUND' };

export async function startMatrixRig(): Promise<Rig> {
  const fake = await FakeHomeserver.start({ asToken: AS_TOKEN, userId: BOT });
  const room = (place: number) => fake.room(roomOf(place), { [BOT]: null, [ANN]: 'Ann' });
  const sayInGroup = async (body: string) => {
    const group = fake.room('!group:fake.test', { [BOT]: null, [ANN]: 'Ann', '@bob:fake.test': 'Bob' });
    return transactionOf(group.add(ANN, { msgtype: 'm.text', body }));
  };
  const isText = ({ msgtype }: Record<string, unknown>) => msgtype === 'm.text';
  return {
    name: 'matrix',
    env: {
      MATRIX_HOMESERVER_URL: fake.api.url,
      MATRIX_AS_TOKEN: AS_TOKEN,
      MATRIX_HS_TOKEN: HS_TOKEN,
      MATRIX_USER_ID: BOT,
    },
    secrets: [AS_TOKEN, HS_TOKEN],
    say: async (place, text) => transactionOf(room(place).add(ANN, { msgtype: 'm.text', body: text })),
    conversation: roomOf,
    group: {
      toBot: (text) => sayInGroup(`${BOT} ${text}`),
      toOthers: sayInGroup,
      calls: () => fake.api.calls.length,
    },
    sign: async (body) => request('PUT', 'transactions/1', body),
    forge: async (original) => ({
      ...original,
      headers: new Headers({
        ...Object.fromEntries(original.headers),
        authorization: 'Bearer another-token',
      }),
    }),
    signsBody: false,
    handshakes: [
      request('POST', 'ping', '{"transaction_id":"meow"}'),
      request('GET', `users/${encodeURIComponent(BOT)}`),
    ].map((asked) => ({
      request: asked,
      answer(status, body) {
        if (status !== 200 || body !== '{}') throw new Error(`${status} ${body}`);
      },
    })),
    wrongMethods: ['GET', 'POST', 'DELETE', 'PATCH'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: ['{}', '{"events":{}}'].map((body) => ({ body, names: 'events' })),
    neverTooLong: true,
    shown: (place) =>
      room(place)
        .messagesOf(BOT)
        .filter(isText)
        .map(({ body, formatted_body: html }) => (typeof html === 'string' ? shownOf(html) : String(body))),
    sendFile: async (place, text, { name, mediaType, bytes }) => {
      const content = {
        msgtype: 'm.image',
        body: text,
        filename: name,
        url: fake.store(bytes, mediaType),
        info: { mimetype: mediaType, size: bytes.length },
      };
      return transactionOf(room(place).add(ANN, content));
    },
    files: (place) =>
      room(place)
        .messagesOf(BOT)
        .filter((content) => !isText(content))
        .flatMap(({ url, filename }) => {
          const stored = fake.mediaOf(String(url));
          return stored ? Object.assign({ name: String(filename) }, stored) : [];
        }),
    fail(status, retryAfter) {
      const pause = retryAfter === undefined ? {} : { retry_after_ms: retryAfter * 1000 };
      const errcode = status === 429 ? 'M_LIMIT_EXCEEDED' : (ERRORS[status] ?? 'M_UNKNOWN');
      fake.api.refuse(fake.isSend, { status, body: { errcode, error: 'No.', ...pause } });
    },
    hold: () => fake.api.hold(fake.isSend),
    cut: () => fake.api.cut(fake.isSend),
    heal: () => fake.api.heal(),
    afterLostAnswer: 'once',
    close: () => fake.close(),
  };
}

let transactions = 0;

function transactionOf(event: FakeEvent): WebhookRequest {
  transactions += 1;
  return request('PUT', `transactions/${transactions}`, JSON.stringify({ events: [event] }));
}

function request(method: string, path: string, body = ''): WebhookRequest {
  return {
    method,
    url: new URL(`http://gateway/webhooks/matrix/_matrix/app/v1/${path}`),
    headers: new Headers({ 'content-type': 'application/json', authorization: `Bearer ${HS_TOKEN}` }),
    body: Buffer.from(body),
  };
}
