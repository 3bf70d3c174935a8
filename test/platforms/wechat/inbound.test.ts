import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { createWechat } from '../../../platforms/wechat/wechat.ts';
import { startPlainWechatRig, startWechatRig, type WechatRig } from '../../fakes/wechat/rig.ts';
import { echoRequest, signedPost } from '../../fakes/wechat/webhook.ts';

const FIXTURES = new URL('../../fixtures/wechat/', import.meta.url);
const ANN = 'oDF3iY9_Ann-000000000000007';
const SENT_AT = 1_795_000_000_000;

/** What each recorded message is read as; undefined: it is not for us. */
const EXPECTED: Record<string, object | undefined> = {
  text: { id: '6306264631030309910', messageId: '6306264631030309910', text: '1 < 2 & 你好 &lt;b&gt; 🌍' },
  'menu-choice': { id: '6306264631030309911', messageId: '6306264631030309911', text: '满意' },
  image: {
    id: '6306264631030309912',
    messageId: '6306264631030309912',
    text: '',
    attachments: [{ kind: 'image', ref: 'media_id-image' }],
  },
  voice: {
    id: '6306264631030309913',
    messageId: '6306264631030309913',
    text: '',
    attachments: [{ kind: 'audio', ref: 'media_id-voice', mediaType: 'audio/amr' }],
  },
  'voice-recognised': {
    id: '6306264631030309914',
    messageId: '6306264631030309914',
    text: '腾讯微信团队',
  },
  video: {
    id: '6306264631030309915',
    messageId: '6306264631030309915',
    text: '',
    attachments: [{ kind: 'video', ref: 'media_id-video' }],
  },
  shortvideo: {
    id: '6306264631030309916',
    messageId: '6306264631030309916',
    text: '',
    attachments: [{ kind: 'video', ref: 'media_id-video' }],
  },
  location: {
    id: '6306264631030309917',
    messageId: '6306264631030309917',
    text: '[location 23.134521, 113.358803: 广州市海珠区客村艺苑路 12号]',
  },
  link: {
    id: '6306264631030309918',
    messageId: '6306264631030309918',
    text: '公众平台官网链接\n官网\nhttps://example.com/a?b=1&c=2',
  },
  'mini-program': {
    id: '6306264631030309919',
    messageId: '6306264631030309919',
    text: '[miniprogrampage]',
  },
  'event-subscribe': { id: '1795000000/subscribe//qrscene_123123', text: '/start' },
  'event-click': { id: '1795000000/CLICK///status', text: '/status' },
  'event-unsubscribe': undefined,
  'event-view': undefined,
  'event-location': undefined,
  'event-template-sent': undefined,
};

async function start(startRig: () => Promise<WechatRig>) {
  const rig = await startRig();
  const platform = (await createPlatforms(readEnvironment(rig.env))).get('wechat');
  if (!platform) throw new Error('wechat is off');
  return { rig, platform };
}

const unauthorised = (code: string, message = '') =>
  expect.objectContaining({ status: 401, code, message: expect.stringContaining(message) });

describe('WeChat webhooks', () => {
  let rig: WechatRig;
  let platform: Platform;
  beforeEach(async () => ({ rig, platform } = await start(startWechatRig)));
  afterEach(() => rig.close());

  const receive = (xml: string) => platform.inbound.receive(signedPost(rig.keys, xml));
  const fields = (content: string) =>
    `<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>7</MsgId>${content}</xml>`;

  it('reads what WeChat sends', async () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.xml', ''));
    expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
    for (const name of names) {
      const { messages, respond } = await receive(readFileSync(new URL(`${name}.xml`, FIXTURES), 'utf8'));
      const message = EXPECTED[name];
      expect(messages, name).toEqual(
        message ? [{ conversation: ANN, message: { sender: { id: ANN }, sentAt: SENT_AT, ...message } }] : [],
      );
      expect(await respond?.().text()).toBe('success');
    }
  });

  it('verifies as the vendor published it', async () => {
    vi.useFakeTimers({ now: 1_714_037_059_000, toFake: ['Date'] });
    const vendors = createWechat({
      appId: 'wx1',
      appSecret: 'secret',
      token: 'AAAAA',
      apiBaseUrl: rig.fake.tencent.api.url,
    });
    const url = new URL(
      'http://gateway/webhooks/wechat?signature=899cf89e464efb63f54ddac96b0a0a235f53aa78&timestamp=1714037059&nonce=486452656&echostr=4375120948345356249',
    );
    const request = { method: 'GET', url, headers: new Headers(), body: new Uint8Array() };
    try {
      const { respond } = await vendors.inbound.receive(request);
      const response = respond?.();
      expect(await response?.text()).toBe('4375120948345356249');
      expect(response?.headers.get('content-type')).toMatch(/^text\/plain/);
      url.searchParams.set('nonce', '486452657');
      await expect(vendors.inbound.receive(request)).rejects.toEqual(unauthorised('bad_signature'));
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses what is signed too long ago, a verification too', async () => {
    const old = { at: Date.now() - 6 * 60_000 };
    for (const request of [echoRequest(rig.keys, '1', old), signedPost(rig.keys, fields(''), old)])
      await expect(platform.inbound.receive(request)).rejects.toEqual(unauthorised('stale_timestamp'));
  });

  it('takes no plain message in the secure mode, however well signed', async () => {
    const { aes: _, ...plain } = rig.keys;
    const request = signedPost(plain, fields('<Content>Hello</Content>'));
    await expect(platform.inbound.receive(request)).rejects.toEqual(
      unauthorised('bad_signature', 'not encrypted'),
    );
  });

  it('takes no envelope for another account, or with another key', async () => {
    const request = signedPost(rig.keys, fields('<Content>Hello</Content>'), { receiver: 'wx-another' });
    await expect(platform.inbound.receive(request)).rejects.toEqual(
      unauthorised('bad_signature', 'another account'),
    );
    const key = 'GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba';
    const sealed = signedPost({ ...rig.keys, aes: { key, receiver: 'wx2c2769f8efd9abc2' } }, fields(''));
    await expect(platform.inbound.receive(sealed)).rejects.toEqual(unauthorised('bad_signature'));
  });

  it('does not start with a key that cannot be one', async () => {
    const env = { ...rig.env, WECHAT_ENCODING_AES_KEY: 'too-short' };
    const starting = createPlatforms(readEnvironment(env));
    await expect(starting).rejects.toThrow(/^WECHAT_ENCODING_AES_KEY: must be/);
    await expect(starting).rejects.not.toThrow(/too-short/);
  });

  it('expands no entities and no deep nesting', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "expanded">]>${fields('<Content>&a;</Content>')}`;
    const { messages } = await receive(bomb).catch(() => ({ messages: [] }));
    expect(JSON.stringify(messages)).not.toContain('expanded');
    const deep = fields(`${'<a>'.repeat(50)}${'</a>'.repeat(50)}`);
    await expect(receive(deep)).rejects.toEqual(
      expect.objectContaining({ status: 400, code: 'invalid_xml' }),
    );
  });

  it('keeps what looks like markup in a text', async () => {
    const { messages } = await receive(
      fields('<Content><![CDATA[<!DOCTYPE html> <b>]]]]><![CDATA[> &amp;]]></Content>'),
    );
    expect(messages[0]?.message.text).toBe('<!DOCTYPE html> <b>]]> &amp;');
  });
});

describe('WeChat webhooks in the plain mode', () => {
  it('says what is missing when messages come encrypted', async () => {
    const { rig, platform } = await start(startPlainWechatRig);
    const aes = { key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', receiver: 'wx2c2769f8efd9abc2' };
    const request = signedPost({ ...rig.keys, aes }, '<xml></xml>');
    await expect(platform.inbound.receive(request)).rejects.toEqual(
      expect.objectContaining({ status: 400, message: expect.stringContaining('WECHAT_ENCODING_AES_KEY') }),
    );
    await rig.close();
  });
});
