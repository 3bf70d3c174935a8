import { equal } from 'node:assert/strict';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { encryptedEchoRequest, forged, signedPost, toXml, type WebhookKeys } from '../wechat/webhook.ts';
import { FakeWecom } from './wecom.ts';

const CORP_ID = 'wx5823bf96d3bd56c7';
const AGENT_ID = 1_000_002;
const SECRET = 'wecom-secret-1FG3hc-9';
const TOKEN = 'QDG6eK-token';
const ENCODING_AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
/** Members, one for each place. */
const userIdOf = (place: number) => `Zhang.San-${place}`;

export interface WecomRig extends Rig {
  fake: FakeWecom;
  keys: WebhookKeys;
}

export async function startWecomRig(): Promise<WecomRig> {
  const fake = await FakeWecom.start({ corpId: CORP_ID, agentId: AGENT_ID, secret: SECRET });
  const { api } = fake.tencent;
  const keys: WebhookKeys = {
    path: '/webhooks/wecom',
    token: TOKEN,
    aes: { key: ENCODING_AES_KEY, receiver: CORP_ID },
  };
  let messages = 6_306_264_631_040_000_000n;
  const xmlOf = (place: number, fields: Record<string, string | number>) => {
    fake.addMember(userIdOf(place));
    return toXml({
      ToUserName: CORP_ID,
      FromUserName: userIdOf(place),
      CreateTime: Math.floor(Date.now() / 1000),
      ...fields,
      AgentID: AGENT_ID,
    });
  };
  const message = (place: number, fields: Record<string, string>, at = Date.now()) => {
    const xml = xmlOf(place, fields).replace('</xml>', `<MsgId>${++messages}</MsgId></xml>`);
    return signedPost(keys, xml, { at });
  };
  const sentTo = (place: number) => fake.sent.filter(({ to }) => to === userIdOf(place));
  return {
    fake,
    keys,
    name: 'wecom',
    env: {
      WECOM_CORP_ID: CORP_ID,
      WECOM_AGENT_ID: String(AGENT_ID),
      WECOM_SECRET: SECRET,
      WECOM_TOKEN: TOKEN,
      WECOM_ENCODING_AES_KEY: ENCODING_AES_KEY,
      WECOM_API_BASE_URL: api.url,
    },
    secrets: [SECRET, TOKEN, ENCODING_AES_KEY, 'ACCESS-TOKEN'],
    say: async (place, text) => message(place, { MsgType: 'text', Content: text }),
    conversation: userIdOf,
    sign: async (body) => signedPost(keys, body),
    forge: async (original) => forged(original),
    signsBody: true,
    sayLongAgo: async (place, text) =>
      message(place, { MsgType: 'text', Content: text }, Date.now() - 60 * 60 * 1000),
    handshakes: [
      {
        request: encryptedEchoRequest(keys, '1616140317555161061'),
        answer(status, body) {
          equal(status, 200);
          equal(body, '1616140317555161061');
        },
      },
    ],
    wrongMethods: ['PUT', 'DELETE', 'PATCH'],
    malformed: ['', '{', 'text', '<xml><MsgType>text</xml>'].map((body) => ({ body, code: 'invalid_xml' })),
    invalid: [
      { body: '<xml><MsgType>text</MsgType></xml>', names: 'FromUserName' },
      { body: '<xml><FromUserName>a</FromUserName><MsgType>text</MsgType></xml>', names: 'CreateTime' },
    ],
    shown: (place) =>
      sentTo(place)
        .flatMap(({ text, card }) => text ?? card?.sub_title_text ?? [])
        .map(withoutMarkup),
    buttons: (place) =>
      sentTo(place)
        .at(-1)
        ?.card?.button_list.map(({ text }) => text) ?? [],
    async press(place, label) {
      const card = sentTo(place).at(-1)?.card;
      const button = card?.button_list.find(({ text }) => text === label);
      if (!card || !button) throw new Error(`there is no button "${label}"`);
      const event = {
        MsgType: 'event',
        Event: 'template_card_event',
        EventKey: button.key,
        TaskId: card.task_id,
        CardType: card.card_type,
        ResponseCode: 'RESPONSE-CODE',
      };
      return signedPost(keys, xmlOf(place, event));
    },
    async sendFile(place, _text, file) {
      const mediaId = fake.tencent.addMedia('image', file);
      return message(place, { MsgType: 'image', PicUrl: 'https://wework.qpic.cn/0', MediaId: mediaId });
    },
    files: (place) => sentTo(place).flatMap(({ file }) => file ?? []),
    fail: (status) => api.refuse(isSend, ANSWERS[status] ?? { status }),
    pauseUntold: true,
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'once',
    close: () => api.close(),
  };
}

/** What is seen of WeCom's markdown. */
function withoutMarkup(text: string): string {
  return text
    .replace(/ [\u200b\u200c\u2060\ufeff]+$/, '')
    .replace(/^#{1,6} /gm, '')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1')
    .replace(/\[([^\]\n]+)\]\(([^)\n]+)\)/g, '$1');
}

const isSend = ({ path }: ApiRequest) => path === '/cgi-bin/message/send';
const refusal = (errcode: number, errmsg: string): ApiAnswer => ({ status: 200, body: { errcode, errmsg } });
/** WeCom says it by its own codes, except where its front servers fail. */
const ANSWERS: Record<number, ApiAnswer> = {
  400: refusal(40031, 'invalid userid list'),
  403: refusal(60020, 'not allow to access from your ip'),
  404: refusal(81013, 'user & party & tag all invalid'),
  429: refusal(45009, 'api freq out of limit'),
  500: refusal(-1, 'system busy'),
};
