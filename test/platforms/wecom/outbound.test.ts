import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import {
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../../../platforms/platform.ts';
import type { ApiRequest } from '../../fakes/fake-api.ts';
import { startWecomRig, type WecomRig } from '../../fakes/wecom/rig.ts';

const INVISIBLE = / [\u200b\u200c\u2060\ufeff]+/g;
const MARKDOWN = '# Title\n\nSome **bold** text.';
const isSend = ({ path }: ApiRequest) => path.endsWith('/message/send');
const isGrant = ({ path }: ApiRequest) => path.endsWith('/gettoken');

describe('messages to WeCom', () => {
  let rig: WecomRig;
  let platform: Platform;
  const start = async () => {
    const made = (await createPlatforms(readEnvironment(rig.env))).get('wecom');
    if (!made) throw new Error('wecom is off');
    return made;
  };
  beforeEach(async () => {
    rig = await startWecomRig();
    rig.fake.addMember(rig.conversation(1));
    platform = await start();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rig.close();
  });

  const to = (more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation: rig.conversation(1),
    key: 'run-1.t1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  });
  const post = (text: string, more?: Partial<OutboundContext>) => platform.outbound.post(to(more), text);
  const failure = (sending: Promise<unknown>) =>
    sending.then(
      () => expect.unreachable(),
      (error: unknown) => error as Error,
    );
  const api = () => rig.fake.tencent.api;
  const refuse = (errcode: number) => api().refuse(isSend, { status: 200, body: { errcode, errmsg: 'no' } });

  describe('once, and only once', () => {
    it('a message that is sent again is not shown again, by another process too', async () => {
      for (const text of ['The same.', MARKDOWN]) {
        const first = await post(text, { key: text });
        platform = await start();
        expect(await post(text, { key: text, inDoubt: true })).toEqual(first);
      }
      expect(rig.shown(1)).toHaveLength(2);
      expect(rig.fake.swallowed).toBe(2);
    });

    it('two replies that say the same are both shown', async () => {
      for (const text of ['The same.', MARKDOWN]) {
        await post(text, { key: `${text}.1` });
        await post(text, { key: `${text}.2` });
      }
      expect(rig.shown(1)).toHaveLength(4);
      expect(rig.fake.swallowed).toBe(0);
    });

    it('after four hours it would be shown again', async () => {
      await post('The same.');
      vi.useFakeTimers({ now: Date.now() + 4 * 60 * 60 * 1000 - 1000, toFake: ['Date'] });
      await post('The same.');
      expect(rig.shown(1)).toHaveLength(1);
      vi.setSystemTime(Date.now() + 2000);
      await post('The same.');
      expect(rig.shown(1)).toHaveLength(2);
    });

    it('what tells them apart cannot be seen', async () => {
      await post('Seen', { key: 'a' });
      await post('Seen', { key: 'b' });
      const [one = '', other = ''] = rig.fake.sent.map(({ text }) => text ?? '');
      expect(one).not.toBe(other);
      for (const text of [one, other]) expect(text.replace(INVISIBLE, '')).toBe('Seen');
    });

    it('what tells them apart is no part of an address at the end', async () => {
      await post('📎 plan.pdf: https://example.com/plan.pdf');
      expect(rig.fake.sent[0]?.text).toMatch(/ https:\/\/example\.com\/plan\.pdf [^ ]{12}$/);
    });

    it('a file is uploaded once and shown once while the process lives', async () => {
      const file = { name: 'a.png', mediaType: 'image/png', bytes: new Uint8Array(100) };
      await platform.outbound.sendFile?.(to(), file);
      await platform.outbound.sendFile?.(to(), file);
      expect(rig.files?.(1)).toHaveLength(1);
      await platform.outbound.sendFile?.(to({ key: 'run-1.t1.1' }), file);
      expect(rig.files?.(1)).toHaveLength(2);
      // Another process uploads again, and it is another message.
      platform = await start();
      await platform.outbound.sendFile?.(to(), file);
      expect(rig.files?.(1)).toHaveLength(3);
    });

    it('a card is shown once, also when only its task id tells', async () => {
      const buttons = [{ label: 'Yes', value: 'yes' }];
      await platform.outbound.post(to(), 'Shall I?', buttons);
      await platform.outbound.post(to(), 'Shall I?', buttons);
      expect(rig.fake.swallowed).toBe(1);
      rig.fake.forgetContents();
      const { messageId } = await platform.outbound.post(to(), 'Shall I?', buttons);
      expect(messageId).toMatch(/./);
      expect(rig.shown(1)).toEqual(['Shall I?']);
    });
  });

  it('are markdown of WeCom where there is any, else text', async () => {
    await post('Plain, with\n\n- a list');
    await post(
      '# Title\n\n**Bold**, *italic*, ~~gone~~, `code`, [a link](https://example.com/a(b))\n\n> quoted\n\n```js\nlet x = 1;\n\nlet y;\n```',
      { key: 'b' },
    );
    const seen = rig.fake.sent.map(({ msgtype, text }) => [msgtype, text?.replace(INVISIBLE, '')]);
    expect(seen).toEqual([
      ['text', 'Plain, with\n\n• a list'],
      [
        'markdown',
        '### Title\n\n**Bold**, italic, gone, `code`, [a link](https://example.com/a%28b%29)\n\n> quoted\n\n`let x = 1;`\n\n`let y;`',
      ],
    ]);
  });

  it('fall back to text when WeCom refuses the markdown', async () => {
    for (const errcode of [40008, 40058, 45002]) {
      refuse(errcode);
      await post(MARKDOWN, { key: String(errcode) });
    }
    expect(rig.fake.sent.map(({ msgtype }) => msgtype)).toEqual(['text', 'text', 'text']);
    expect(rig.shown(1)[0]).toBe('Title\n\nSome bold text.');
    refuse(81013);
    expect(await failure(post(MARKDOWN, { key: 'last' }))).toBeInstanceOf(DeliveryRefused);
    expect(rig.fake.sent).toHaveLength(3);
  });

  it('are never longer than WeCom takes, with their mark', async () => {
    const text = '**粗体** '.repeat(900);
    for (let from: number | null = 0; from !== null; ) {
      const part = platform.outbound.split(text, from);
      await post(part.text, { key: `k.${from}` });
      from = part.next;
    }
    expect(rig.fake.sent.length).toBeGreaterThan(1);
    for (const { msgtype, text: sent = '' } of rig.fake.sent) {
      expect(msgtype).toBe('markdown');
      expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(2048);
    }
  });

  it('go to one member and never to all', async () => {
    for (const conversation of ['@all', 'a|b', '', ' a'])
      expect(await failure(post('Hello', { conversation }))).toBeInstanceOf(DeliveryRefused);
    expect(api().calls).toEqual([]);
  });

  it('are refused when WeCom took them and delivers them to nobody', async () => {
    for (const field of ['invaliduser', 'unlicenseduser']) {
      api().refuse(isSend, { status: 200, body: { errcode: 0, errmsg: 'ok', [field]: 'zhang.san-1' } });
      expect(await failure(post('Hello'))).toBeInstanceOf(DeliveryRefused);
    }
  });

  it('says in plain words what WeCom refuses', async () => {
    for (const [errcode, words] of [
      [60020, 'trusted IPs'],
      [81013, 'visible range'],
      [301002, 'different apps'],
    ] as const) {
      refuse(errcode);
      const error = await failure(post('Hello'));
      expect(error).toBeInstanceOf(DeliveryRefused);
      expect(error.message).toContain(words);
    }
    refuse(45009);
    expect(await failure(post('Hello'))).toBeInstanceOf(RateLimited);
  });

  it('asks for a token once, and for another when it is refused', async () => {
    await Promise.all([post('one', { key: '1' }), post('two', { key: '2' })]);
    expect(api().calls.filter(isGrant)).toHaveLength(1);
    rig.fake.tencent.forgetTokens();
    await post('three', { key: '3' });
    rig.fake.tencent.endTokens();
    await post('four', { key: '4' });
    expect(api().calls.filter(isGrant)).toHaveLength(3);
    expect(rig.shown(1)).toHaveLength(4);
  });

  it('says that the secret is wrong, and shows it nowhere', async () => {
    rig.env.WECOM_SECRET = 'wrong-secret';
    const wrong = await start();
    const error = await failure(wrong.outbound.post(to(), 'Hello'));
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(error.message).toContain('WECOM_SECRET is wrong');
    expect(String(error.stack)).not.toContain('wrong-secret');
  });

  it('sends a text that is too long for a card before it', async () => {
    const text = `Run it?\n\n\`\`\`\n${'x'.repeat(300)}\n\`\`\``;
    const buttons = Array.from({ length: 6 }, (_, n) => ({ label: `Label ${n}`, value: `value ${n}` }));
    const { messageId } = await platform.outbound.post(to(), text, buttons);
    const [message, card, ...more] = rig.fake.sent;
    expect(more).toEqual([]);
    expect(message?.text).toContain('x'.repeat(300));
    expect(messageId).toBe('msgid-1');
    expect(card?.card).toMatchObject({
      main_title: { title: 'Run it?' },
      button_list: buttons.map(({ label, value }) => ({ text: label, key: value })),
    });
    // Again, as after a kill: nothing new.
    await platform.outbound.post(to(), text, buttons);
    expect(rig.fake.sent).toHaveLength(2);
  });

  it('shows the buttons as lines of text when WeCom refuses the card, once', async () => {
    const buttons = ['Yes', 'No'].map((label) => ({ label, value: label.toLowerCase() }));
    const long = `Run it? ${'x'.repeat(300)}`;
    for (const text of ['Shall I?', long])
      for (const attempt of [1, 2]) {
        api().refuse(({ path, body }) => isSend({ path } as ApiRequest) && body.includes('template_card'), {
          status: 200,
          body: { errcode: 40058, errmsg: 'no' },
        });
        const { messageId } = await platform.outbound.post(to({ key: text }), text, buttons);
        expect(messageId, `attempt ${attempt}`).toBe(text === long ? 'msgid-2' : 'msgid-1');
      }
    expect(rig.shown(1)).toEqual(['Shall I?\n\n1. Yes\n2. No', long, '1. Yes\n2. No']);
    refuse(81013);
    refuse(81013);
    const error = await failure(platform.outbound.post(to({ key: 'last' }), 'Shall I?', buttons));
    expect(error).toBeInstanceOf(DeliveryRefused);
  });

  it('sends files as what they are, and refuses what WeCom does not take', async () => {
    const send = (name: string, mediaType: string, size: number) =>
      platform.outbound.sendFile?.(to({ key: name }), { name, mediaType, bytes: new Uint8Array(size) }) ??
      Promise.resolve();
    const files = [
      ['a.jpg', 'image/jpeg', 100, 'image'],
      ['b.amr', 'audio/amr', 100, 'voice'],
      ['c.mp4', 'video/mp4', 100, 'video'],
      ['d.pdf', 'application/pdf', 100, 'file'],
      ['报告 "e".png', 'image/png', 11 * 1024 * 1024, 'file'],
    ] as const;
    for (const [name, mediaType, size] of files) await send(name, mediaType, size);
    expect(rig.fake.sent.map(({ msgtype }) => msgtype)).toEqual(files.map(([, , , type]) => type));
    expect(rig.files?.(1).map(({ name }) => name)).toEqual(files.map(([name]) => name));
    for (const size of [5, 21 * 1024 * 1024])
      expect(await failure(send('f.txt', 'text/plain', size))).toBeInstanceOf(DeliveryRefused);
    expect(rig.fake.sent).toHaveLength(files.length);
  });
});
