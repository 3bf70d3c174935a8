import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../../../platforms/platform.ts';
import type { ApiRequest } from '../../fakes/fake-api.ts';
import { startWechatRig, type WechatRig } from '../../fakes/wechat/rig.ts';

const HOUR = 60 * 60 * 1000;
const isSend = ({ path }: ApiRequest) => path.endsWith('/custom/send');
const isGrant = ({ path }: ApiRequest) => path.endsWith('/stable_token');
const isMedia = ({ path }: ApiRequest) => path.endsWith('/media/get');

describe('messages to WeChat', () => {
  let rig: WechatRig;
  let platform: Platform;
  beforeEach(async () => {
    rig = await startWechatRig();
    const made = (await createPlatforms(readEnvironment(rig.env))).get('wechat');
    if (!made) throw new Error('wechat is off');
    platform = made;
    rig.fake.wrote(rig.openid(1));
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rig.close();
  });

  const to = (more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation: rig.openid(1),
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

  it('are plain text', async () => {
    await post('**Bold** and [a link](https://example.com)\n\n- one');
    expect(rig.shown(1)).toEqual(['Bold and a link (https://example.com)\n\n• one']);
  });

  it('are sent as they were written where that is shorter than plain text', async () => {
    // Columns are as wide as their widest cell.
    const table = `| a | b |\n|-|-|\n${'| 1 | 2 |\n'.repeat(40)}| ${'w'.repeat(60)} | x |`;
    await post(table);
    expect(rig.shown(1)).toEqual([table]);
  });

  it('says in plain words that the 48 hours are over, or the five messages sent', async () => {
    rig.fake.wrote(rig.openid(1), Date.now() - 49 * HOUR);
    const late = await failure(post('Hello'));
    expect(late).toBeInstanceOf(DeliveryRefused);
    expect(late.message).toContain('48 hours');

    rig.fake.quota = 5;
    rig.fake.wrote(rig.openid(1));
    for (let n = 0; n < 5; n++) await post(`Message ${n}`);
    const sixth = await failure(post('Message 6'));
    expect(sixth).toBeInstanceOf(DeliveryRefused);
    expect(sixth.message).toContain('five');
  });

  it('names who is meant', async () => {
    const error = await failure(post('Hello', { conversation: 'a|b' }));
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(api().calls).toEqual([]);
    expect(await failure(post('Hello', { conversation: 'oUnknown' }))).toBeInstanceOf(DeliveryRefused);
  });

  it('asks for one access token, however many need it at once', async () => {
    await Promise.all([post('one'), post('two'), post('three')]);
    await post('four');
    expect(api().calls.filter(isGrant)).toHaveLength(1);
    expect(rig.shown(1)).toHaveLength(4);
  });

  it('asks for another before the token ends', async () => {
    await post('one');
    vi.useFakeTimers({ now: Date.now() + 2 * HOUR - 360_000, toFake: ['Date'] });
    await post('two');
    expect(api().calls.filter(isGrant)).toHaveLength(1);
    vi.setSystemTime(Date.now() + 120_000);
    await post('three');
    expect(api().calls.filter(isGrant)).toHaveLength(2);
  });

  it('asks for another once, for all, when the token is refused', async () => {
    await post('one');
    rig.fake.tencent.endTokens();
    await Promise.all([post('two'), post('three')]);
    expect(api().calls.filter(isGrant)).toHaveLength(2);
    rig.fake.tencent.forgetTokens();
    await post('four');
    expect(api().calls.filter(isGrant)).toHaveLength(3);
    expect(rig.shown(1)).toHaveLength(4);
  });

  it('gives up for now when the new token is refused too', async () => {
    const answer = { status: 200, body: { errcode: 40001, errmsg: 'invalid credential' } };
    api().refuse(isSend, answer, 2);
    const error = await failure(post('Hello'));
    expect(error).not.toBeInstanceOf(DeliveryRefused);
    expect(api().calls.filter(isSend)).toHaveLength(2);
    await post('Hello');
    expect(rig.shown(1)).toEqual(['Hello']);
  });

  it('says that the secret is wrong, and does not show it', async () => {
    const env = { ...rig.env, WECHAT_APP_SECRET: 'wrong-secret' };
    const wrong = (await createPlatforms(readEnvironment(env))).get('wechat');
    const error = await failure(wrong?.outbound.post(to(), 'Hello') ?? Promise.resolve());
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(error.message).toContain('WECHAT_APP_SECRET is wrong');
    expect(String(error.stack)).not.toContain('wrong-secret');
  });

  it('keeps no failure to get a token, and no stopped caller stops the others', async () => {
    api().refuse(isGrant, { status: 502 });
    expect(await failure(post('one'))).not.toBeInstanceOf(DeliveryRefused);
    api().delay(isGrant, 200);
    const stop = new AbortController();
    const stopped = failure(post('two', { signal: stop.signal }));
    const other = post('three');
    await sleep(20);
    stop.abort(new Error('stopped'));
    expect((await stopped).message).toBe('stopped');
    await other;
    expect(rig.shown(1)).toEqual(['three']);
  });

  it('takes every quota for a rate limit', async () => {
    for (const errcode of [45009, 45011, 45033]) {
      api().refuse(isSend, { status: 200, body: { errcode, errmsg: 'quota' } });
      expect(await failure(post('Hello'))).toBeInstanceOf(RateLimited);
    }
  });

  it('takes an answer that is no JSON for a passing failure', async () => {
    api().refuse(isSend, { status: 200, body: '<html>Bad Gateway</html>' });
    const error = await failure(post('Hello'));
    expect(error).not.toBeInstanceOf(DeliveryRefused);
    expect(error.message).toContain('not JSON');
  });

  it('shows that it is typing, and minds no refusal of that', async () => {
    await platform.outbound.typing?.(to());
    expect(rig.fake.isTyping(rig.openid(1))).toBe(true);
    await platform.outbound.typing?.(to());
    await platform.outbound.typing?.(to({ conversation: 'oUnknown' }));
  });

  it('sends pictures and voice, and refuses what WeChat does not take', async () => {
    const bytes = new Uint8Array(100).fill(7);
    const send = (name: string, mediaType: string, content = bytes) =>
      platform.outbound.sendFile?.(to(), { name, mediaType, bytes: content }) ?? Promise.resolve();
    await send('a.png', 'image/png');
    await send('b.amr', 'audio/amr');
    expect(await failure(send('c.pdf', 'application/pdf'))).toBeInstanceOf(DeliveryRefused);
    const large = new Uint8Array(11 * 1024 * 1024);
    expect(await failure(send('d.jpg', 'image/jpeg', large))).toBeInstanceOf(DeliveryRefused);
    expect(rig.files?.(1).map(({ name }) => name)).toEqual(['a.png', 'b.amr']);
    expect(rig.shown(1)).toEqual([]);
  });

  describe('what users sent', () => {
    const options = () => ({ maxBytes: 1000, signal: new AbortController().signal });
    const fetchIt = (ref: string) =>
      platform.inbound.fetchAttachment?.({ kind: 'video', ref }, options()) ?? Promise.reject(new Error());
    const answer = (body: object) => api().refuse(isMedia, { status: 200, body });

    it('is gone for good after three days', async () => {
      expect(await failure(fetchIt('unknown'))).toBeInstanceOf(AttachmentUnavailable);
    });

    it('is fetched with another token when the first is refused, and later when WeChat is busy', async () => {
      const bytes = Buffer.from('video');
      const ref = rig.fake.tencent.addMedia('video', { name: 'a.mp4', mediaType: 'video/mp4', bytes });
      await fetchIt(ref);
      rig.fake.tencent.endTokens();
      expect(Buffer.from((await fetchIt(ref)).bytes).toString()).toBe('video');
      answer({ errcode: -1, errmsg: 'system error' });
      expect(await failure(fetchIt(ref))).not.toBeInstanceOf(AttachmentUnavailable);
      answer({ errcode: 45009, errmsg: 'quota' });
      expect(await failure(fetchIt(ref))).toBeInstanceOf(RateLimited);
    });

    it('is fetched from the address that WeChat gives for a video, without the token, and from no other', async () => {
      const bytes = Buffer.from('video');
      api().refuse(({ path }) => path === '/video', {
        status: 200,
        body: bytes,
        headers: { 'content-type': 'video/mp4' },
      });
      answer({ video_url: `${api().url}/video` });
      const fetched = await fetchIt('media');
      expect(Buffer.from(fetched.bytes).toString()).toBe('video');
      expect(api().calls.find(({ path }) => path === '/video')?.query.size).toBe(0);
      for (const url of [
        'http://127.0.0.1:1/video',
        'https://qq.com.example.com/',
        'file:///etc/passwd',
        7,
      ]) {
        answer({ video_url: url });
        expect(await failure(fetchIt('media'))).toBeInstanceOf(AttachmentUnavailable);
      }
    });
  });
});
