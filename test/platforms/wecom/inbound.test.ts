import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { createWecom } from '../../../platforms/wecom/wecom.ts';
import { encryptedEchoRequest, signedPost } from '../../fakes/wechat/webhook.ts';
import { startWecomRig, type WecomRig } from '../../fakes/wecom/rig.ts';

const FIXTURES = new URL('../../fixtures/wecom/', import.meta.url);
const ZHANG = 'Zhang.San';
const SENT_AT = 1_795_000_000_000;

/** What each recorded message is read as; undefined: it is not for us. */
const EXPECTED: Record<string, object | undefined> = {
  text: { id: '4561255354251345929', messageId: '4561255354251345929', text: '1 < 2 & 你好 🌍' },
  'text-other-app': undefined,
  image: {
    id: '4561255354251345931',
    messageId: '4561255354251345931',
    text: '',
    attachments: [{ kind: 'image', ref: '1G6nrLmr5EC3MMb_-zK1dDdzmd0p7' }],
  },
  voice: {
    id: '4561255354251345932',
    messageId: '4561255354251345932',
    text: '',
    attachments: [{ kind: 'audio', ref: '1G6nrLmr5EC3MMb_-zK1dDdzmd0p8', mediaType: 'audio/amr' }],
  },
  video: {
    id: '4561255354251345933',
    messageId: '4561255354251345933',
    text: '',
    attachments: [{ kind: 'video', ref: '1G6nrLmr5EC3MMb_-zK1dDdzmd0p9' }],
  },
  location: {
    id: '4561255354251345934',
    messageId: '4561255354251345934',
    text: '[location 23.134, 113.358]',
  },
  link: {
    id: '4561255354251345935',
    messageId: '4561255354251345935',
    text: 'this is a title\nthis is a description\nhttps://example.com/',
  },
  'event-click': { id: '1795000000/click///new', text: '/new' },
  'event-card': { id: '1795000000/template_card_event/taskid111//approve 7', text: '/approve 7' },
  'event-enter-agent': undefined,
  'event-approval': undefined,
};

const unauthorised = (code: string) => expect.objectContaining({ status: 401, code });

describe('WeCom webhooks', () => {
  let rig: WecomRig;
  let platform: Platform;
  beforeEach(async () => {
    rig = await startWecomRig();
    const made = (await createPlatforms(readEnvironment(rig.env))).get('wecom');
    if (!made) throw new Error('wecom is off');
    platform = made;
  });
  afterEach(() => rig.close());

  it('reads what WeCom sends', async () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.xml', ''));
    expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
    for (const name of names) {
      const xml = readFileSync(new URL(`${name}.xml`, FIXTURES), 'utf8');
      const { messages, respond } = await platform.inbound.receive(signedPost(rig.keys, xml));
      const message = EXPECTED[name];
      expect(messages, name).toEqual(
        message
          ? [{ conversation: ZHANG, message: { sender: { id: ZHANG }, sentAt: SENT_AT, ...message } }]
          : [],
      );
      expect(await respond?.().text()).toBe('');
    }
  });

  it('verifies and decrypts as the vendor published it, with an echo whose plus signs came as spaces too', async () => {
    vi.useFakeTimers({ now: 1_409_659_589_000, toFake: ['Date'] });
    const vendors = createWecom({
      corpId: 'wx5823bf96d3bd56c7',
      agentId: '1',
      secret: 'secret',
      token: 'QDG6eK',
      encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
      apiBaseUrl: rig.fake.tencent.api.url,
    });
    const echo = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
    const signed =
      'msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780';
    const verify = async (echostr: string, query = signed) => {
      const url = new URL(`http://gateway/webhooks/wecom?${query}&echostr=${echostr}`);
      const request = { method: 'GET', url, headers: new Headers(), body: new Uint8Array() };
      const { respond } = await vendors.inbound.receive(request);
      return respond?.().text();
    };
    try {
      expect(await verify(encodeURIComponent(echo))).toBe('1616140317555161061');
      expect(await verify(echo)).toBe('1616140317555161061');
      const other = signed.replace('263014780', '263014781');
      await expect(verify(encodeURIComponent(echo), other)).rejects.toEqual(unauthorised('bad_signature'));
      vi.setSystemTime(1_409_659_589_000 + 6 * 60_000);
      await expect(verify(echo)).rejects.toEqual(unauthorised('stale_timestamp'));
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes no plain message, and none for another company', async () => {
    const xml = '<xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>';
    const { aes: _, ...plain } = rig.keys;
    const other = { receiver: 'wx-another' };
    for (const request of [
      signedPost(plain, xml),
      signedPost(rig.keys, xml, other),
      encryptedEchoRequest(rig.keys, '1', other),
    ])
      await expect(platform.inbound.receive(request)).rejects.toEqual(unauthorised('bad_signature'));
  });

  it('does not start with an id or key that cannot be one', async () => {
    for (const [variable, value] of [
      ['WECOM_AGENT_ID', 'my app'],
      ['WECOM_ENCODING_AES_KEY', 'too-short'],
    ] as const) {
      const starting = createPlatforms(readEnvironment({ ...rig.env, [variable]: value }));
      await expect(starting).rejects.toThrow(new RegExp(`^${variable}: must be`));
    }
  });

  it('is off without any one of its variables', async () => {
    const names = Object.keys(rig.env).filter((name) => name !== 'WECOM_API_BASE_URL');
    expect(names).toHaveLength(5);
    for (const name of names)
      expect((await createPlatforms(readEnvironment({ ...rig.env, [name]: '' }))).has('wecom'), name).toBe(
        false,
      );
  });
});
