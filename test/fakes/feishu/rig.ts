import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { ApiRequest } from '../fake-api.ts';
import type { FakeFile, Rig } from '../rig.ts';
import { APP, BOT_ID, FakeFeishu } from './feishu.ts';
import type { ReceivedEvent } from './fields.ts';
import { encrypted, eventBody, forged, SECRETS, signed } from './webhook.ts';

const ANN = 'ou_7d8a6e6df762';
const chatOf = (place: number) => `oc_chat${place}`;
const GROUP = 'oc_group';
const REFUSALS: Record<number, object | string> = {
  400: { code: 230001, msg: 'Your request contains an invalid request parameter.' },
  403: { code: 230027, msg: 'Lack of necessary permissions.' },
  404: '404 page not found',
  429: { code: 99991400, msg: 'request trigger frequency limit' },
};

function feishuEnv(url: string): Record<string, string> {
  return {
    FEISHU_APP_ID: APP.id,
    FEISHU_APP_SECRET: APP.secret,
    FEISHU_VERIFICATION_TOKEN: SECRETS.token,
    FEISHU_ENCRYPT_KEY: SECRETS.encryptKey,
    FEISHU_API_BASE_URL: url,
  };
}

/** A message of Ann's, direct if nothing else is said. */
function receivedEvent(
  message: Pick<ReceivedEvent['message'], 'message_id' | 'chat_id' | 'message_type' | 'content'> &
    Partial<ReceivedEvent['message']>,
): ReceivedEvent {
  return {
    sender: {
      sender_id: { open_id: ANN, union_id: 'on_94a1' },
      sender_type: 'user',
      tenant_key: '2df73991750',
    },
    message: { create_time: String(Date.now()), chat_type: 'p2p', ...message },
  };
}

export async function startFeishuRig(): Promise<Rig> {
  const fake = await FakeFeishu.start();
  const { chats, api } = fake;
  const write = (
    chatId: string,
    type: string,
    content: object,
    more: Partial<ReceivedEvent['message']> = {},
  ) => {
    const message = chats.add({ chatId, from: ANN, type, content: JSON.stringify(content) });
    return eventBody(
      'im.message.receive_v1',
      receivedEvent({
        message_id: message.id,
        chat_id: message.chatId,
        message_type: type,
        content: message.content,
        ...more,
      }),
    );
  };
  const say = (place: number, type: string, content: object) => write(chatOf(place), type, content);
  const sign = async (body: string): Promise<WebhookRequest> => signed(encrypted(body));
  const isSend = ({ method, path }: ApiRequest) =>
    method === 'POST' && /\/im\/v1\/messages(\/\w+\/reply)?$/.test(path);
  const shown = (place: number) => fake.sent(chatOf(place), 'interactive', 'text');

  return {
    name: 'feishu',
    env: feishuEnv(api.url),
    secrets: [APP.secret, SECRETS.token, SECRETS.encryptKey, 't-secret-token'],
    say: (place, text) => sign(say(place, 'text', { text })),
    conversation: chatOf,
    group: {
      toBot: (text) => {
        const mentions = [{ key: '@_user_1', id: { open_id: BOT_ID }, name: 'Holdfast', tenant_key: '2df7' }];
        return sign(write(GROUP, 'text', { text: `@_user_1 ${text}` }, { chat_type: 'group', mentions }));
      },
      toOthers: (text) => sign(write(GROUP, 'text', { text }, { chat_type: 'group' })),
      calls: () => api.calls.length,
    },
    sign,
    forge: async (request) => forged(request),
    signsBody: true,
    sayLongAgo: async (place, text) =>
      signed(encrypted(say(place, 'text', { text })), Date.now() - 24 * 3_600_000),
    handshakes: [
      {
        request: signed(encrypted(verification('1b6aef1a'))),
        answer: (status, body) => expectChallenge(status, body, '1b6aef1a'),
      },
    ],
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: [{ body: '{', code: 'invalid_json' }],
    invalid: [
      {
        body: eventBody('im.message.receive_v1', { sender: { sender_type: 'user' }, message: {} }),
        names: 'event.message.message_id',
      },
      { body: eventBody('card.action.trigger', {}), names: 'event.operator' },
    ],

    shown: (place) => shown(place).map(textOf),
    buttons: (place) =>
      shown(place)
        .at(-1)
        ?.card?.buttons.map(({ label }) => label) ?? [],
    async press(place, label) {
      const card = shown(place).at(-1);
      const value = card?.card?.buttons.find((button) => button.label === label)?.value;
      const event = {
        operator: { tenant_key: '2df73991750', open_id: ANN, union_id: 'on_94a1' },
        token: 'c-295ee57216a5dc9de90fefd0aadb4b1d7d',
        action: { value, tag: 'button' },
        host: 'im_message',
        context: { open_message_id: card?.id, open_chat_id: chatOf(place) },
      };
      return sign(eventBody('card.action.trigger', event));
    },
    // A picture with words is a post.
    async sendFile(place, text, file) {
      const key = chats.nextId('img_v3');
      chats.files.set(key, file);
      const content = [[{ tag: 'img', image_key: key }], [{ tag: 'text', text }]];
      return sign(say(place, 'post', { title: '', content }));
    },
    files: (place) =>
      fake.sent(chatOf(place), 'image', 'file').map(({ content }): FakeFile => {
        const { image_key: image, file_key: file } = JSON.parse(content) as Record<string, string>;
        return chats.files.get(image ?? file ?? '') ?? { name: '', mediaType: '', bytes: new Uint8Array() };
      }),

    fail: (status, retryAfter) =>
      api.refuse(isSend, {
        status,
        body: REFUSALS[status] ?? 'Internal error',
        ...(retryAfter !== undefined && { headers: { 'x-ogw-ratelimit-reset': String(retryAfter) } }),
      }),
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'once',
    close: () => api.close(),
  };
}

export function verification(challenge: string, token = SECRETS.token): string {
  return JSON.stringify({ challenge, token, type: 'url_verification' });
}

function textOf({ card, content }: { card?: { text: string }; content: string }): string {
  return card?.text ?? String((JSON.parse(content) as { text?: string }).text);
}

function expectChallenge(status: number, body: string, challenge: string): void {
  if (status !== 200 || (JSON.parse(body) as { challenge?: string }).challenge !== challenge)
    throw new Error(`the challenge was answered with ${status} ${body}`);
}
