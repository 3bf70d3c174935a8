import { equal } from 'node:assert/strict';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { echoRequest, forged, signedPost, toXml, type WebhookKeys } from './webhook.ts';
import { FakeWechat } from './wechat.ts';

const APP_ID = 'wx2c2769f8efd9abc2';
const APP_SECRET = 'app-secret-1f3870be274f6c49b3e31a0c';
const TOKEN = 'spamtest-token';
const ENCODING_AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
/** Followers, one for each place. */
const openidOf = (place: number) => `oDF3iY9_P00000${place}`;

export interface WechatRig extends Rig {
  fake: FakeWechat;
  keys: WebhookKeys;
  openid(place: number): string;
}

/** An Official Account in the secure mode. */
export const startWechatRig = (): Promise<WechatRig> => startRig(true);
/** An Official Account in the plain mode, whose signature is not over the body. */
export const startPlainWechatRig = (): Promise<WechatRig> => startRig(false);

async function startRig(secure: boolean): Promise<WechatRig> {
  const fake = await FakeWechat.start({ appId: APP_ID, appSecret: APP_SECRET });
  const { api } = fake.tencent;
  const keys: WebhookKeys = {
    path: '/webhooks/wechat',
    token: TOKEN,
    ...(secure && { aes: { key: ENCODING_AES_KEY, receiver: APP_ID } }),
  };
  let messages = 6_306_264_631_030_000_000n;
  const xmlOf = (place: number, fields: Record<string, string | number>) =>
    toXml({
      ToUserName: 'gh_680bdefc8c5d',
      FromUserName: openidOf(place),
      CreateTime: Math.floor(Date.now() / 1000),
      ...fields,
    });
  const message = (place: number, fields: Record<string, string>, at = Date.now()) => {
    fake.wrote(openidOf(place));
    const xml = xmlOf(place, fields).replace('</xml>', `<MsgId>${++messages}</MsgId></xml>`);
    return signedPost(keys, xml, { at });
  };
  return {
    fake,
    keys,
    openid: openidOf,
    name: 'wechat',
    env: {
      WECHAT_APP_ID: APP_ID,
      WECHAT_APP_SECRET: APP_SECRET,
      WECHAT_TOKEN: TOKEN,
      ...(secure && { WECHAT_ENCODING_AES_KEY: ENCODING_AES_KEY }),
      WECHAT_API_BASE_URL: api.url,
    },
    secrets: [APP_SECRET, TOKEN, ENCODING_AES_KEY, 'ACCESS-TOKEN'],
    say: async (place, text) => message(place, { MsgType: 'text', Content: text }),
    conversation: openidOf,
    sign: async (body) => signedPost(keys, body),
    forge: async (original) => forged(original),
    signsBody: secure,
    sayLongAgo: async (place, text) =>
      message(place, { MsgType: 'text', Content: text }, Date.now() - 60 * 60 * 1000),
    handshakes: [
      {
        request: echoRequest(keys, '4375120948345356249'),
        answer(status, body) {
          equal(status, 200);
          equal(body, '4375120948345356249');
        },
      },
    ],
    wrongMethods: ['PUT', 'DELETE', 'PATCH'],
    malformed: ['', '{', 'text', '<xml><MsgType>text</xml>', '<xml/><xml/><'].map((body) => ({
      body,
      code: 'invalid_xml',
    })),
    invalid: [
      { body: '<xml><MsgType>text</MsgType></xml>', names: 'FromUserName' },
      {
        body: '<xml><FromUserName>o1</FromUserName><CreateTime>soon</CreateTime><MsgType>text</MsgType></xml>',
        names: 'CreateTime',
      },
      {
        body: '<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>a</Content><Content>b</Content></xml>',
        names: 'Content',
      },
    ],
    shown: (place) => sentTo(place).flatMap(({ text }) => text ?? []),
    async sendFile(place, _text, file) {
      const mediaId = fake.tencent.addMedia('image', file);
      return message(place, {
        MsgType: 'image',
        PicUrl: 'http://mmbiz.qpic.cn/mmbiz_jpg/0',
        MediaId: mediaId,
      });
    },
    files: (place) => sentTo(place).flatMap(({ file }) => file ?? []),
    fail: (status) => api.refuse(isSend, ANSWERS[status] ?? { status }),
    pauseUntold: true,
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'again',
    close: () => api.close(),
  };

  function sentTo(place: number) {
    return fake.sent.filter(({ to }) => to === openidOf(place));
  }
}

const isSend = ({ path }: ApiRequest) => path === '/cgi-bin/message/custom/send';
const refusal = (errcode: number, errmsg: string): ApiAnswer => ({ status: 200, body: { errcode, errmsg } });
/** WeChat says it by its own codes, except where its front servers fail. */
const ANSWERS: Record<number, ApiAnswer> = {
  400: refusal(40035, 'invalid parameter'),
  403: refusal(48001, 'api unauthorized'),
  404: refusal(40003, 'invalid openid'),
  429: refusal(45009, 'reach max api daily quota limit'),
  500: refusal(-1, 'system error'),
};
