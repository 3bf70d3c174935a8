import type { JWTPayload } from 'jose';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { ApiRequest } from '../fake-api.ts';
import type { FakeFile, Rig } from '../rig.ts';
import { TokenIssuer } from '../token-issuer.ts';
import { FakeTeams } from './teams.ts';

const APP_ID = '11111111-2222-3333-4444-555555555555';
export const SERVICE_URL = 'https://smba.trafficmanager.net/emea/';
export const TENANT = 'a1b2c3d4-0000-0000-0000-ef1234567890';
const PASSWORD = 'tEam5~secret-value';
const BOT = { id: `28:${APP_ID}`, name: 'Holdfast' };
const ANN = { id: '29:1bSnHZ7JsQ6', name: 'Ann Lee', aadObjectId: '1efb1a36-c26e-0000-0000-000000000007' };

/** What the tests of this platform need besides the rig. */
export interface TeamsRig extends Rig {
  fake: FakeTeams;
  issuer: TokenIssuer;
  /** A request with this token over any body. */
  withToken(body: string, token: string): WebhookRequest;
  /** The claims of a valid token. */
  claims: JWTPayload;
}

/** `tenant`: of a single-tenant app. */
export async function startTeamsRig(tenant?: string): Promise<TeamsRig> {
  const issuer = await TokenIssuer.create();
  const publicKey = await issuer.publicKey({ endorsements: ['msteams'] });
  const fake = await FakeTeams.start({
    appId: APP_ID,
    appPassword: PASSWORD,
    tenant: tenant ?? 'botframework.com',
    publicKey,
  });
  const { api } = fake;
  const claims: JWTPayload = { iss: 'https://api.botframework.com', aud: APP_ID, serviceurl: SERVICE_URL };
  const conversationOf = (place: number) => `19:d441d38c655c47a0@thread.tacv2;messageid=1767224${place}`;

  const activity = (place: number, more: object) =>
    JSON.stringify({
      type: 'message',
      timestamp: '2026-11-23T10:00:00.000Z',
      channelId: 'msteams',
      serviceUrl: SERVICE_URL,
      from: ANN,
      recipient: BOT,
      conversation: {
        id: conversationOf(place),
        conversationType: 'channel',
        isGroup: true,
        tenantId: TENANT,
      },
      channelData: { tenant: { id: TENANT } },
      ...more,
    });
  const write = (place: number, text: string, more: object = {}) => {
    const { id } = fake.say(conversationOf(place), text);
    return activity(place, {
      id,
      text: `<at>Holdfast</at> ${text}`,
      textFormat: 'plain',
      entities: [{ type: 'mention', mentioned: BOT, text: '<at>Holdfast</at>' }],
      ...more,
    });
  };
  const withToken = (body: string, token: string): WebhookRequest => ({
    method: 'POST',
    url: new URL('http://gateway/webhooks/teams'),
    headers: new Headers({ 'content-type': 'application/json', authorization: `Bearer ${token}` }),
    body: Buffer.from(body),
  });
  const signed = async (body: string, more: JWTPayload = {}) =>
    withToken(body, await issuer.sign({ ...claims, ...more }));
  const isSend = ({ method, path, body }: ApiRequest) =>
    method === 'POST' && path.endsWith('/activities') && !body.includes('"type":"typing"');

  return {
    fake,
    issuer,
    withToken,
    claims,
    name: 'teams',
    env: {
      TEAMS_APP_ID: APP_ID,
      TEAMS_APP_PASSWORD: PASSWORD,
      TEAMS_OPENID_METADATA_URL: `${api.url}/metadata`,
      TEAMS_LOGIN_BASE_URL: api.url,
      TEAMS_API_BASE_URL: api.url,
      ...(tenant !== undefined && { TEAMS_TENANT_ID: tenant }),
    },
    secrets: [PASSWORD, 'eyJ.token'],
    say: async (place, text) => signed(write(place, text)),
    conversation: conversationOf,
    sayAlone: async (text) =>
      signed(write(9, text, { conversation: { id: 'a:1hgTV9d', conversationType: 'personal' } })),
    group: {
      toBot: async (text) => signed(write(1, text)),
      toOthers: async (text) => signed(write(1, text, { text, entities: [] })),
      calls: () => api.calls.length,
    },
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
      { body: '{"type":"message"}', names: 'serviceUrl' },
      { body: activity(1, { conversation: undefined, id: '1' }), names: 'conversation' },
      { body: activity(1, { conversation: { id: '' }, id: '1' }), names: 'conversation.id' },
      { body: activity(1, { text: 'Hello' }), names: 'id' },
      { body: activity(1, { id: '1', text: 7 }), names: 'text' },
    ],
    shown: (place) =>
      fake
        .shown(conversationOf(place))
        .filter(({ pictures }) => pictures.length === 0)
        .map(({ text }) => text),
    buttons: (place) =>
      fake
        .shown(conversationOf(place))
        .at(-1)
        ?.actions.map(({ title }) => title) ?? [],
    press(place, label) {
      const message = fake.shown(conversationOf(place)).at(-1);
      const action = message?.actions.find(({ title }) => title === label);
      if (!message || !action) throw new Error(`no button "${label}"`);
      const { text, displayText, value } = action.data.msteams;
      const { id } = fake.say(conversationOf(place), displayText);
      return signed(activity(place, { id, text, value, replyToId: message.id }));
    },
    sendFile(place, text, file: FakeFile) {
      const attachments = [
        {
          contentType: file.mediaType,
          contentUrl: `${SERVICE_URL}${fake.keep(file).slice(1)}`,
          name: file.name,
        },
        {
          contentType: 'text/html',
          content: `<div><p>${text}</p><img src="https://elsewhere.example/x"></div>`,
        },
      ];
      return signed(write(place, text, { attachments }));
    },
    files: (place) => fake.shown(conversationOf(place)).flatMap(({ pictures }) => pictures),
    fail: (status, retryAfter) =>
      api.refuse(isSend, {
        status,
        body: { error: { code: CODES[status], message: 'refused' } },
        ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
      }),
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'again',
    close: () => api.close(),
  };
}

const CODES: Record<number, string> = {
  400: 'BadArgument',
  403: 'BotNotInConversationRoster',
  404: 'ConversationNotFound',
  429: 'TooManyRequests',
  500: 'ServiceError',
  502: 'BadGateway',
};
