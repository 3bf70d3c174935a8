import { z } from 'zod';
import type { ApiRequest } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { FakeTencent, Refusal, readJson, readMessage, readShape } from './tencent.ts';

const MB = 1024 * 1024;
const HOURS_48 = 48 * 60 * 60 * 1000;
/** Longest text, in bytes. */
const MAX_TEXT = 2048;

const media = z.strictObject({ media_id: z.string() });
const SHAPES = {
  text: z.strictObject({
    touser: z.string(),
    msgtype: z.literal('text'),
    text: z.strictObject({ content: z.string() }),
  }),
  image: z.strictObject({ touser: z.string(), msgtype: z.literal('image'), image: media }),
  voice: z.strictObject({ touser: z.string(), msgtype: z.literal('voice'), voice: media }),
};
type Message = z.output<(typeof SHAPES)[keyof typeof SHAPES]>;

const grantRequest = z.strictObject({
  grant_type: z.literal('client_credential'),
  appid: z.string(),
  secret: z.string(),
  force_refresh: z.boolean().optional(),
});
const typingRequest = z.strictObject({ touser: z.string(), command: z.enum(['Typing', 'CancelTyping']) });

export interface Sent {
  to: string;
  text?: string;
  file?: FakeFile;
}

interface Follower {
  wroteAt: number;
  left: number;
  typing: boolean;
}

/** An Official Account at WeChat: what its API takes, and what its followers see. */
export class FakeWechat {
  readonly sent: Sent[] = [];
  readonly tencent: FakeTencent;
  /** Messages that may be sent after each one of a follower. */
  quota = Number.POSITIVE_INFINITY;
  readonly #account: { appId: string; appSecret: string };
  readonly #followers = new Map<string, Follower>();

  static async start(account: { appId: string; appSecret: string }): Promise<FakeWechat> {
    let fake: FakeWechat | undefined;
    const act = (what: (wechat: FakeWechat, request: ApiRequest) => object) => (request: ApiRequest) =>
      fake ? what(fake, request) : {};
    const tencent = await FakeTencent.start({
      unknownToken: 40001,
      media: {
        image: { most: 10 * MB, ends: /\.(png|jpe?g|gif)$/i },
        voice: { most: 2 * MB, ends: /\.(amr|mp3)$/i },
        video: { most: 10 * MB, ends: /\.mp4$/i },
        thumb: { most: 64 * 1024, ends: /\.jpg$/i },
      },
      routes: {
        stable_token: { method: 'POST', open: true, act: act((wechat, request) => wechat.#grant(request)) },
        'message/custom/send': { method: 'POST', act: act((wechat, request) => wechat.#send(request)) },
        'message/custom/typing': { method: 'POST', act: act((wechat, request) => wechat.#typing(request)) },
      },
    });
    fake = new FakeWechat(tencent, account);
    return fake;
  }

  private constructor(tencent: FakeTencent, account: { appId: string; appSecret: string }) {
    this.tencent = tencent;
    this.#account = account;
  }

  /** Someone follows the account and writes: messages may now be sent to them. */
  wrote(openid: string, at = Date.now()): void {
    this.#followers.set(openid, { wroteAt: at, left: this.quota, typing: false });
  }

  isTyping(openid: string): boolean {
    return this.#followers.get(openid)?.typing === true;
  }

  #grant(request: ApiRequest): object {
    const { appid, secret } = readShape(readJson(request), grantRequest, 40002);
    if (appid !== this.#account.appId) throw new Refusal(40013, 'invalid appid');
    if (secret !== this.#account.appSecret) throw new Refusal(40125, 'invalid appsecret');
    return this.tencent.grant();
  }

  #send(request: ApiRequest): object {
    const message = readMessage<Message>(request, SHAPES, 40035);
    const follower = this.#follower(message.touser);
    if (Date.now() - follower.wroteAt > HOURS_48)
      throw new Refusal(45015, 'response out of time limit or subscription is canceled');
    const sent = this.#read(message);
    if (follower.left <= 0) throw new Refusal(45047, 'out of response count limit');
    follower.left--;
    follower.typing = false;
    this.sent.push({ to: message.touser, ...sent });
    return { errcode: 0, errmsg: 'ok' };
  }

  #read(message: Message): Omit<Sent, 'to'> {
    if (message.msgtype !== 'text') {
      const id = 'image' in message ? message.image.media_id : message.voice.media_id;
      const file = this.tencent.media.get(id);
      if (file?.type !== message.msgtype) throw new Refusal(40007, 'invalid media_id');
      return { file };
    }
    const { content } = message.text;
    if (content === '') throw new Refusal(44004, 'empty content');
    if (Buffer.byteLength(content) > MAX_TEXT) throw new Refusal(45002, 'content size out of limit');
    return { text: content };
  }

  #typing(request: ApiRequest): object {
    const { touser, command } = readShape(readJson(request), typingRequest, 45072);
    const follower = this.#follower(touser);
    if (Date.now() - follower.wroteAt > 30_000)
      throw new Refusal(45080, 'need sending message to user, or recving message in the last 30 seconds');
    if (command === 'Typing' && follower.typing) throw new Refusal(45081, 'is typing now, no need call');
    follower.typing = command === 'Typing';
    return { errcode: 0, errmsg: 'ok' };
  }

  #follower(openid: string): Follower {
    const follower = this.#followers.get(openid);
    if (!follower) throw new Refusal(40003, 'invalid openid');
    return follower;
  }
}
