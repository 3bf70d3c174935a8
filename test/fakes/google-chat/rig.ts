import type { JWTPayload } from 'jose';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { PLAIN, renderDialect } from '../../../platforms/text/dialect.ts';
import type { ApiRequest } from '../fake-api.ts';
import type { FakeFile, Rig } from '../rig.ts';
import { TokenIssuer } from '../token-issuer.ts';
import { FakeGoogleChat } from './google-chat.ts';

export const PROJECT = '1234567890';
export const WEBHOOK = 'https://bot.example/webhooks/google-chat';
const ISSUER = 'chat@system.gserviceaccount.com';
const USER = { name: 'users/117', displayName: 'Ann Lee', type: 'HUMAN' };

/** What the tests of this platform need besides the rig. */
export interface GoogleChatRig extends Rig {
  fake: FakeGoogleChat;
  issuer: TokenIssuer;
  /** A request with this token over any body. */
  withToken(body: string, token: string): WebhookRequest;
}

export async function startGoogleChatRig(audience = PROJECT): Promise<GoogleChatRig> {
  const issuer = await TokenIssuer.create();
  const fake = await FakeGoogleChat.start(await issuer.publicKey());
  const { api, oauth } = fake;
  const claims: JWTPayload = { iss: ISSUER, aud: PROJECT };
  // Every place is a thread of its own in one space with many.
  const space = (place: number) => `spaces/AAQA${place}`;
  const threads = new Map<number, string>();

  const threaded = { spaceType: 'SPACE', spaceThreadingState: 'THREADED_MESSAGES' };
  const direct = { spaceType: 'DIRECT_MESSAGE', spaceThreadingState: 'UNTHREADED_MESSAGES' };

  const write = (place: number, text: string, more: object = {}, kind = threaded) => {
    const { name, thread = '' } = fake.say(space(place), text, threads.get(place));
    threads.set(place, thread);
    const where = { name: space(place), ...kind };
    return JSON.stringify({
      type: 'MESSAGE',
      eventTime: '2026-11-23T10:00:00.000Z',
      user: USER,
      space: where,
      message: {
        name,
        sender: USER,
        createTime: '2026-11-23T10:00:00.000Z',
        text: `@Holdfast ${text}`,
        argumentText: ` ${text}`,
        thread: { name: thread },
        space: where,
        ...more,
      },
    });
  };
  const withToken = (body: string, token: string): WebhookRequest => ({
    method: 'POST',
    url: new URL('http://gateway/webhooks/google-chat'),
    headers: new Headers({ 'content-type': 'application/json', authorization: `Bearer ${token}` }),
    body: Buffer.from(body),
  });
  const signed = async (body: string, more: JWTPayload = {}) =>
    withToken(body, await issuer.sign({ ...claims, ...more }));
  const isSend = ({ method, path }: ApiRequest) => method === 'POST' && path.endsWith('/messages');
  const plain = (text: string) => renderDialect(text.replaceAll('  \n', '\n'), PLAIN);

  return {
    fake,
    issuer,
    withToken,
    name: 'google-chat',
    env: {
      GOOGLE_CHAT_CREDENTIALS: oauth.credentials(`${api.url}/token`),
      GOOGLE_CHAT_AUDIENCE: audience,
      GOOGLE_CHAT_JWKS_URL: `${api.url}/jwks`,
      GOOGLE_CHAT_API_BASE_URL: api.url,
    },
    secrets: [oauth.privateKey, oauth.privateKey.split('\n')[1] ?? '', 'ya29.'],
    say: async (place, text) => signed(write(place, text)),
    sayAlone: (text) => signed(write(9, text, {}, direct)),
    // Google tells apps only of what is addressed to them.
    group: { toBot: (text) => signed(write(1, text)), calls: () => api.calls.length },
    conversation: (place) => `AAQA${place}/${threads.get(place)?.split('/').at(-1)}`,
    sign: (body) => signed(body),
    forge: async ({ body }) =>
      withToken(Buffer.from(body).toString(), await issuer.sign(claims, { forged: true })),
    signsBody: false,
    sayLongAgo: async (place, text) =>
      signed(write(place, text), { exp: Math.floor(Date.now() / 1000) - 301 }),
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: [
      { body: '[]', names: 'the body' },
      { body: '{}', names: 'type' },
      { body: '{"type":"MESSAGE"}', names: 'space' },
      { body: '{"type":"MESSAGE","space":{"name":"AAA"}}', names: 'space.name' },
      { body: '{"type":"MESSAGE","space":{"name":"spaces/AAA"}}', names: 'message' },
      {
        body: '{"type":"MESSAGE","space":{"name":"spaces/AAA"},"message":{"name":"m"}}',
        names: 'message.name',
      },
    ],
    shown: (place) => fake.shown(space(place)).map(({ text }) => plain(text)),
    buttons: (place) =>
      fake
        .shown(space(place))
        .at(-1)
        ?.buttons.map(({ text }) => text) ?? [],
    press(place, label) {
      const message = fake.shown(space(place)).at(-1);
      const button = message?.buttons.find(({ text }) => text === label);
      if (!message || !button) throw new Error(`no button "${label}"`);
      return signed(
        JSON.stringify({
          type: 'CARD_CLICKED',
          eventTime: '2026-11-23T10:01:00.000Z',
          user: USER,
          space: { name: space(place), ...threaded },
          message: {
            name: message.name,
            sender: { name: 'users/99', displayName: 'Holdfast', type: 'BOT' },
            thread: { name: message.thread },
          },
          action: { actionMethodName: button.onClick.action.function },
          common: {
            parameters: Object.fromEntries(
              button.onClick.action.parameters.map(({ key, value }) => [key, value]),
            ),
          },
        }),
      );
    },
    sendFile(place, text, file: FakeFile) {
      const resourceName = fake.upload(file);
      const attachment = [
        {
          name: `${space(place)}/messages/m/attachments/a`,
          contentName: file.name,
          contentType: file.mediaType,
          attachmentDataRef: { resourceName },
          source: 'UPLOADED_CONTENT',
        },
      ];
      return signed(write(place, text, { attachment }));
    },
    fail: (status, retryAfter) =>
      api.refuse(isSend, {
        status,
        body: { error: { code: status, message: 'refused', status: STATUS[status] } },
        ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
      }),
    // Google asks for growing pauses of one's own; the header is read if it is there.
    pauseUntold: true,
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'once',
    close: () => api.close(),
  };
}

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
};
