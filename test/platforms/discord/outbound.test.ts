import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiscord } from '../../../platforms/discord/discord.ts';
import { renderDiscord } from '../../../platforms/discord/format.ts';
import type { Outbound, OutboundContext } from '../../../platforms/platform.ts';
import type { FakeChannel } from '../../fakes/discord/channels.ts';
import { ANN, FakeDiscord } from '../../fakes/discord/discord.ts';
import type { ApiRequest } from '../../fakes/fake-api.ts';

const isPost = ({ method, path }: ApiRequest) => method === 'POST' && path.endsWith('/messages');
const MINUTES = 60_000;

describe('discord: outbound', () => {
  let fake: FakeDiscord;
  let outbound: Outbound;
  let channel: FakeChannel;
  beforeEach(async () => {
    fake = await FakeDiscord.start();
    channel = fake.channel('500000000000000001');
    outbound = createDiscord({
      applicationId: fake.applicationId,
      publicKey: fake.publicKey,
      botToken: fake.token,
      apiBaseUrl: fake.api.url,
    }).outbound;
  });
  afterEach(() => fake.close());

  const context = (more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation: channel.id,
    key: 'run-1.t1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  });
  /** Of an answer to an ordinary message. */
  const answering = (more: Partial<OutboundContext> = {}) => {
    const { id } = fake.write(channel, 'Hi', { mention: true });
    const rest = {
      inReplyTo: id,
      sentAfter: id,
      answers: id,
      knownMessageIds: [id],
      returnAddress: { replyTo: id },
    };
    return context({ ...rest, ...more });
  };
  /** Of an answer to a slash command. */
  const commanded = (options?: { deferred: boolean }, more: Partial<OutboundContext> = {}) => {
    const { id, token } = fake.command(channel, 'ask', { text: 'Hi', ...options }) as {
      id: string;
      token: string;
    };
    return context({ answers: id, returnAddress: { interaction: id, token }, ...more });
  };
  const calls = () =>
    fake.api.calls.map(({ method, path }) => `${method} ${path.replace(/token-\d+/, 'token')}`);
  const lost = async (sending: Promise<unknown>) => {
    fake.api.cut(({ method }) => method !== 'GET');
    await expect(sending).rejects.toThrow('Discord did not answer');
  };

  it('answers as a reply, and calls nobody', async () => {
    const ctx = answering();
    await outbound.post(ctx, 'Hello @everyone <@200000000000000007>');
    const sent = fake.api.calls.findLast(isPost);
    expect(JSON.parse(String(sent?.body))).toMatchObject({
      allowed_mentions: { parse: [] },
      enforce_nonce: true,
      message_reference: { message_id: ctx.inReplyTo, fail_if_not_exists: false },
    });
    expect(fake.own(channel)[0]?.type).toBe(19);
  });

  it('sends without the reference where the bot may not read what it answers', async () => {
    fake.api.refuse(isPost, { status: 400, body: { message: 'Cannot reply', code: 160_002 } });
    await outbound.post(answering(), 'Hello');
    expect(fake.own(channel).map(({ type, content }) => [type, content])).toEqual([[0, 'Hello']]);
  });

  it('a lost answer: sending again with the same key returns the first message, with the new words', async () => {
    const ctx = answering();
    await lost(outbound.post(ctx, 'Hel'));
    const [first] = fake.own(channel);
    expect(await outbound.post({ ...ctx, inDoubt: true }, 'Hello')).toEqual({ messageId: first?.id });
    expect(fake.shown(channel)).toEqual(['Hello']);
  });

  it('a lost answer, and the nonce is forgotten: it is found by reading back', async () => {
    const known = await outbound.post(answering({ key: 'before' }), 'The reply before');
    const ctx = answering();
    for (let n = 0; n < 130; n++) fake.write(channel, `chatter ${n}`);
    await lost(outbound.post({ ...ctx, knownMessageIds: [...ctx.knownMessageIds, known.messageId] }, 'Hel'));
    fake.state.nonces.clear();
    const found = await outbound.find?.({ ...ctx, inDoubt: true }, 'Hello');
    expect(found).toEqual({ messageId: fake.own(channel).at(-1)?.id });
    expect(fake.shown(channel)).toEqual(['The reply before', 'Hello']);
  });

  it('reading back takes no recorded message of the same turn, no deferred answer and no file for a text', async () => {
    const ctx = answering();
    const known = await outbound.post({ ...ctx, key: 'other' }, 'Recorded');
    fake.command(channel, 'status');
    await outbound.sendFile?.(
      { ...ctx, key: 'file' },
      { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('a') },
    );
    const doubtful = {
      ...ctx,
      knownMessageIds: [...ctx.knownMessageIds, known.messageId],
      inDoubt: true as const,
    };
    expect(await outbound.find?.(doubtful, 'Hello')).toBeUndefined();
    expect(fake.shown(channel)).toEqual(['Recorded', '']);
  });

  it('finds nothing where the bot may not read, and relies on the nonce', async () => {
    const ctx = answering({ inDoubt: true });
    fake.api.refuse(({ method, path }) => method === 'GET' && path.endsWith('/messages'), {
      status: 403,
      body: { message: 'Missing Access', code: 50001 },
    });
    expect(await outbound.find?.(ctx, 'Hello')).toBeUndefined();
  });

  it('a file whose answer was lost is found', async () => {
    const ctx = answering();
    const file = { name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('abc') };
    fake.api.cut(isPost);
    await expect(outbound.sendFile?.(ctx, file)).rejects.toThrow();
    fake.state.nonces.clear();
    const { messageId } = (await outbound.sendFile?.({ ...ctx, inDoubt: true }, file)) ?? {};
    expect(fake.own(channel).map(({ id, files }) => [id, files[0]?.name])).toEqual([[messageId, 'a.txt']]);
  });

  it('a command: the deferred answer shows the first part, ordinary messages the others', async () => {
    const ctx = commanded();
    const first = await outbound.post(ctx, 'one');
    await outbound.post({ ...ctx, key: 'second', knownMessageIds: [first.messageId] }, 'two');
    expect(fake.own(channel).map(({ type, content }) => [type, content])).toEqual([
      [20, 'one'],
      [0, 'two'],
    ]);
  });

  it('a command: no token of the bot goes along with that of the command', async () => {
    await outbound.post(commanded(), 'one');
    for (const { headers } of fake.api.calls) expect(headers.authorization).toBeUndefined();
  });

  it('a command answered before Discord has seen the deferral: it is tried again', async () => {
    const ctx = commanded({ deferred: false });
    const error = await outbound.post(ctx, 'one').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('yet') });
    expect(fake.shown(channel)).toEqual([]);
  });

  it.for([
    ['whose token is too old', 16 * MINUTES, 0],
    ['whose deferred answer was deleted', 1 * MINUTES, 1],
  ] as const)('a command %s is answered by an ordinary message', async ([, age, asks]) => {
    const id = fake.state.channels.nextId(Date.now() - age);
    const ctx = context({ answers: id, returnAddress: { interaction: id, token: 'token-1' } });
    const { messageId } = await outbound.post(ctx, 'late');
    await outbound.edit?.({ ...ctx, knownMessageIds: [messageId] }, { messageId }, 'later');
    expect(fake.shown(channel)).toEqual(['later']);
    expect(calls().filter((call) => call.includes('/webhooks/')).length).toBeGreaterThanOrEqual(asks);
    if (asks === 0) expect(calls().join()).not.toContain('/webhooks/');
  });

  it('a command that is answered in an earlier message leaves nothing that says the bot is thinking', async () => {
    const first = commanded();
    const { messageId } = await outbound.post(first, 'Hel');
    const second = commanded(undefined, { knownMessageIds: [messageId] });
    await outbound.edit?.(second, { messageId }, 'Hello to both');
    await outbound.edit?.(second, { messageId }, 'Hello to both of you');
    expect(channel.messages.map(({ content }) => content)).toEqual(['Hello to both of you']);
    expect(calls().filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
  });

  it("where the bot is no member, a command's token edits", async () => {
    const ctx = commanded();
    const { messageId } = await outbound.post(ctx, 'Hel');
    fake.state.hidden.add(channel.id);
    await outbound.edit?.(ctx, { messageId }, 'Hello');
    expect(fake.shown(channel)).toEqual(['Hello']);
  });

  it('explains what Discord refuses, and says nothing of its tokens', async () => {
    const refused = async (status: number, code: number) => {
      fake.api.refuse(isPost, { status, body: { message: 'No.', code } });
      return outbound.post(answering(), 'Hello').catch((error: Error) => error);
    };
    for (const [status, code, words] of [
      [403, 50001, 'View Channels'],
      [403, 50007, 'direct messages'],
      [403, 50013, 'Send Messages'],
      [404, 10003, 'gone'],
      [401, 0, 'DISCORD_BOT_TOKEN'],
    ] as const)
      expect(await refused(status, code)).toMatchObject({
        name: 'DeliveryRefused',
        message: expect.stringContaining(words),
      });
    // The library would forget the token after that.
    await outbound.post(answering(), 'Hello');
    fake.api.refuse(({ method }) => method === 'PATCH', { status: 500 });
    const failed = await outbound.post(commanded(), 'Hello').catch((error: Error) => error);
    expect(`${(failed as Error).stack}${JSON.stringify(failed)}`).not.toContain('token-');
  });

  it('says how long a pause is to be, to the millisecond, and does not wait for it', async () => {
    const ctx = answering();
    fake.api.refuse(isPost, {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 1.337, global: false },
      headers: { 'retry-after': '1.337', 'x-ratelimit-scope': 'shared' },
    });
    await expect(outbound.post(ctx, 'Hello')).rejects.toMatchObject({
      name: 'RateLimited',
      retryAfterMs: 1337,
    });
  });

  it('knows its place: a bucket that is used up is not asked', async () => {
    const ctx = answering();
    const used = { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '30' };
    fake.api.refuse(isPost, { status: 500, headers: used });
    await expect(outbound.post(ctx, 'Hello')).rejects.toMatchObject({ name: 'Error' });
    await expect(outbound.post(ctx, 'Hello')).rejects.toMatchObject({ name: 'RateLimited' });
    expect(calls()).toHaveLength(1);
  });

  it('puts five buttons in a row, and takes them away with an edit', async () => {
    const ctx = answering();
    const buttons = Array.from({ length: 8 }, (_, n) => ({ label: `Choice ${n}`, value: `choice ${n}` }));
    const receipt = await outbound.post(ctx, 'Which?', buttons);
    expect(fake.own(channel)[0]?.components.map((row) => row.components.length)).toEqual([5, 3]);
    await outbound.edit?.(ctx, receipt, 'The first.');
    expect(fake.own(channel)[0]?.components).toEqual([]);
  });

  it('does not show that it is typing where the deferred answer says it', async () => {
    await outbound.typing?.(commanded());
    expect(calls()).toEqual([]);
    await outbound.typing?.(context());
    expect(calls()).toEqual([`POST /v10/channels/${channel.id}/typing`]);
  });

  it('refuses what is no channel of Discord', async () => {
    await expect(outbound.post(context({ conversation: '../users' }), 'Hello')).rejects.toMatchObject({
      name: 'DeliveryRefused',
    });
  });

  it('does not take what others wrote for its own', async () => {
    const ctx = answering();
    fake.write(channel, 'me too', { from: { ...ANN, id: '200000000000000008' } });
    expect(await outbound.find?.({ ...ctx, inDoubt: true }, 'Hello')).toBeUndefined();
  });
});

describe('discord: formatting', () => {
  it.for([
    ['**bold** *it* ~~gone~~ `code`', '**bold** *it* ~~gone~~ `code`'],
    ['# Title with **bold**', '**Title with bold**'],
    ['snake_case and 2 * 3 * 4', 'snake\\_case and 2 \\* 3 \\* 4'],
    ['a | b', 'a \\| b'],
    ['<@123> <#1> <:x:1>', '\\<@123> \\<#1> \\<:x:1>'],
    ['[docs](https://e.com/a_b)', '[docs](https://e.com/a_b)'],
    ['https://e.com/a_b', 'https://e.com/a_b'],
    ['[mail](mailto:a@e.com)', 'mail (mailto:a@e.com)'],
    ['> one\n> two', '> one\n> two'],
    ['- one\n- two', '• one\n• two'],
    ['```js\nlet x = `a`;\n```', '```js\nlet x = `a`;\n```'],
    ['`` a`b ``', '`` a`b ``'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', '```\na | b\n--+--\n1 | 2\n```'],
    ['\\# no title', '\\# no title'],
  ])('shows %j', ([markdown, shown]) => {
    expect(renderDiscord(markdown as string)).toBe(shown);
  });
});
