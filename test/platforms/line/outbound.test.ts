import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLine } from '../../../platforms/line/line.ts';
import {
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../../../platforms/platform.ts';
import type { ApiRequest } from '../../fakes/fake-api.ts';
import { FakeLine } from '../../fakes/line/line.ts';

const ANN = `U${'1'.repeat(32)}`;
const GROUP = `C${'2'.repeat(32)}`;
const TOKEN = 'channel-access-token-1';

let fake: FakeLine;
let platform: Platform;
beforeEach(async () => {
  fake = await FakeLine.start(TOKEN);
  platform = platformWith(TOKEN);
});
afterEach(() => fake.api.close());

const platformWith = (channelAccessToken: string) =>
  createLine({
    channelAccessToken,
    channelSecret: 'channel-secret-1',
    apiBaseUrl: fake.api.url,
    dataApiBaseUrl: fake.api.url,
  });
/** Where an answer to an event of that age goes. */
const to = (conversation: string, ageMs = 0, more: Partial<OutboundContext> = {}): OutboundContext => {
  const at = Date.now() - ageMs;
  return {
    conversation,
    returnAddress: { replyToken: fake.newReplyToken(conversation, at), at: String(at) },
    key: 'turn-1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  };
};
const isReply = ({ path }: ApiRequest) => path.endsWith('/reply');
const isPush = ({ path }: ApiRequest) => path.endsWith('/push');
const ways = (chat = ANN) => fake.shown(chat).map(({ text, by }) => `${by}: ${text}`);
const post = (context: OutboundContext, text = 'Hello') => platform.outbound.post(context, text);
const failure = (sending: Promise<unknown>) =>
  sending.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

describe('line: reply token or push', () => {
  it('answers by the reply token, which costs nothing, and pushes what follows', async () => {
    fake.quota = 1;
    const context = to(ANN);
    const first = await post(context, 'one');
    await post({ ...context, key: 'turn-1.5000', knownMessageIds: [first.messageId] }, 'two');
    expect(ways()).toEqual(['reply: one', 'push: two']);
  });

  it('does not even try a token that is used up, old, or missing', async () => {
    const { returnAddress: _, ...without } = to(ANN);
    await post(without, 'none');
    await post(to(ANN, 55_000, { key: 'turn-2.0' }), 'old');
    expect(fake.api.calls.filter(isReply)).toHaveLength(0);
    expect(ways()).toEqual(['push: none', 'push: old']);
  });

  it('pushes when the token does not work, for a message that was not tried before', async () => {
    const context = to(ANN);
    await post(context, 'one');
    await post({ ...context, key: 'turn-1.5000' }, 'two');
    expect(ways()).toEqual(['reply: one', 'push: two']);
  });

  it('knows a reply whose answer was lost by the used token, with the same receipt', async () => {
    const context = to(ANN);
    fake.api.cut(isReply);
    await failure(post(context));
    const found = await post({ ...context, inDoubt: true });
    expect(ways()).toEqual(['reply: Hello']);
    expect(found).toEqual(
      await post(to(ANN, 0, { returnAddress: context.returnAddress ?? {}, inDoubt: true })),
    );
  });

  it('sends a reply that never reached LINE by the same token', async () => {
    const context = to(ANN);
    fake.api.refuse(isReply, { status: 500 });
    await failure(post(context));
    await post({ ...context, inDoubt: true });
    expect(ways()).toEqual(['reply: Hello']);
  });

  it('takes no used token for a sign that a second message was sent', async () => {
    const context = to(ANN);
    const first = await post(context, 'one');
    const second = { ...context, key: 'turn-1.5000', knownMessageIds: [first.messageId] };
    fake.api.refuse(isPush, { status: 500 });
    await failure(post(second, 'two'));
    await post({ ...second, inDoubt: true }, 'two');
    expect(ways()).toEqual(['reply: one', 'push: two']);
  });

  it('leaves no doubt about a push that failed after the token was refused', async () => {
    const context = to(ANN);
    await post(context, 'unrecorded');
    const next = { ...context, key: 'turn-1.5000' };
    fake.api.cut(isPush);
    expect(await failure(post(next, 'two'))).toBeInstanceOf(RateLimited);
    await post(next, 'two');
    expect(ways()).toEqual(['reply: unrecorded', 'push: two']);
  });

  it('pushes once, however often: a repeated retry key answers with the first message', async () => {
    const context = to(ANN, 55_000);
    fake.api.cut(isPush);
    await failure(post(context));
    const again = await post({ ...context, inDoubt: true });
    expect(fake.shown(ANN)).toMatchObject([{ id: again.messageId, by: 'push' }]);
    fake.api.refuse(isPush, {
      status: 409,
      body: { message: 'The retry key is already accepted' },
      headers: { 'x-line-accepted-request-id': 'request-1' },
    });
    expect(await post(context)).toEqual({ messageId: 'request-1' });
  });

  it('the window: a reply that was lost, and is tried again only when its token is old, is seen twice', async () => {
    const context = to(ANN);
    fake.api.cut(isReply);
    await failure(post(context));
    const { replyToken = '' } = context.returnAddress ?? {};
    const old = String(Date.now() - 51_000);
    await post({ ...context, inDoubt: true, returnAddress: { replyToken, at: old } });
    expect(ways()).toEqual(['reply: Hello', 'push: Hello']);
  });
});

describe('line: outbound', () => {
  it('writes markdown as plain text', async () => {
    await post(to(ANN), '# Plan\n\n**bold** [docs](https://example.com)\n\n- one');
    expect(fake.shown(ANN)[0]?.text).toBe('Plan\n\nbold docs (https://example.com)\n\n• one');
  });

  it('counts UTF-16 units', async () => {
    const text = '🍎'.repeat(2_501);
    const part = platform.outbound.split(text, 0);
    expect(part.text).toHaveLength(5_000);
    await post(to(ANN), part.text);
    expect(fake.shown(ANN)).toHaveLength(1);
  });

  it('shows buttons as quick replies', async () => {
    const buttons = Array.from({ length: 13 }, (_, index) => ({
      label: `Choice ${index}`,
      value: `v${index}`,
    }));
    await platform.outbound.post(to(GROUP), 'Which?', buttons);
    expect(fake.shown(GROUP)[0]?.buttons).toEqual(buttons);
  });

  it('shows that it is working, to people only', async () => {
    const { signal } = new AbortController();
    await platform.outbound.typing?.({ conversation: ANN, signal });
    await platform.outbound.typing?.({ conversation: GROUP, signal });
    expect(fake.loading).toEqual([ANN]);
    expect(fake.api.calls).toHaveLength(1);
  });

  it('says that the messages of the month are used up', async () => {
    fake.quota = 0;
    const error = await failure(post(to(ANN, 55_000)));
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(error?.message).toContain('this month');
  });

  it('says that the token is wrong, without naming it', async () => {
    const error = await failure(platformWith('other-token').outbound.post(to(ANN), 'Hello'));
    expect(error).toBeInstanceOf(DeliveryRefused);
    expect(error?.message).toContain('LINE_CHANNEL_ACCESS_TOKEN');
    expect(error?.message).not.toContain('other-token');
  });

  it('names what LINE does not like', async () => {
    const error = await failure(platform.outbound.post(to(ANN), 'Hi', [{ label: '', value: 'v' }]));
    expect(error?.message).toContain('messages[0].quickReply.action.label');
    for (const conversation of ['someone', '', 'X'.repeat(33)])
      expect(await failure(post(to(ANN, 0, { conversation })))).toBeInstanceOf(DeliveryRefused);
  });
});

describe('line: files that come in', () => {
  const fetchFile = (ref: string) =>
    platform.inbound.fetchAttachment?.(
      { kind: 'audio', ref },
      { maxBytes: 1_000, signal: new AbortController().signal },
    );

  it('waits for a file that is still converted', async () => {
    fake.addFile('325708', { name: 'a.m4a', mediaType: 'audio/x-m4a', bytes: Buffer.from('abc') });
    fake.converting.add('325708');
    await expect(fetchFile('325708')).rejects.toThrow('not ready yet');
    fake.converting.clear();
    expect(await fetchFile('325708')).toEqual({ bytes: Buffer.from('abc'), mediaType: 'audio/x-m4a' });
  });

  it('says of a file that is unknown that it is gone', async () => {
    await expect(fetchFile('1')).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
  });
});
