import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { FakeChannel } from '../fakes/discord/channels.ts';
import { FakeDiscord } from '../fakes/discord/discord.ts';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { Child } from '../support/child.ts';
import { eventually, STARTS_WITHIN_MS } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const LISTEN = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));

/** Discord's listener and the worker are SIGKILLed; Discord knows nothing of it. */
describe('SIGKILL around Discord', () => {
  let discord: FakeDiscord;
  let scene: Scene;
  let proxy: TcpProxy;
  let home: string;
  let listener: Child;
  let used = 0;

  beforeAll(async () => {
    discord = await FakeDiscord.start();
    scene = await startScene({ env: discord.env });
    proxy = await TcpProxy.start(scene.stack.temporalAddress);
    home = await mkdtemp(path.join(inject('scratch'), 'listen-'));
    await startListener();
  });
  afterEach(() => discord.api.heal());
  afterAll(async () => {
    await listener?.kill();
    await scene?.stop();
    await Promise.all([proxy?.close(), discord?.close()]);
  });

  async function startListener(): Promise<void> {
    listener = await newListener(home);
  }

  async function newListener(listenerHome: string): Promise<Child> {
    const child = new Child(process.execPath, [LISTEN, 'listen', 'discord'], {
      PATH: process.env['PATH'],
      HOLDFAST_HOME: listenerHome,
      TEMPORAL_ADDRESS: proxy.address,
      // One turn for each message, so that their order shows.
      WHILE_BUSY: 'queue',
      HOLDFAST_CONFIG: fileURLToPath(new URL('../support/holdfast.config.ts', import.meta.url)),
      LEDGER_URL: scene.ledger.url,
      ...discord.env,
    });
    await eventually(() => child.output.includes('listener ready'), {
      ms: STARTS_WITHIN_MS,
      what: () => `the listener is ready: ${child.output}`,
    });
    return child;
  }

  async function killAndStart(): Promise<void> {
    await scene.stack.killWorkers();
    await scene.stack.startWorker();
  }

  const newChannel = () => discord.channel(`70000000000000000${++used}`);
  const say = (channel: FakeChannel, text: string) =>
    discord.write(channel, text, { mention: channel.guild !== undefined });
  const heard = async (channel: FakeChannel) => {
    const { transcript } = await scene.stack.read(`discord/${channel.id}`);
    return transcript.filter((entry) => entry.kind === 'user').map(({ text }) => text);
  };
  const words = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => `message ${from + n}`);

  it('a message in a channel is answered there, once, as a reply', async () => {
    const channel = newChannel();
    const said = say(channel, 'hello');
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual(['echo: hello [heard 1]']);
    expect(discord.own(channel)[0]?.extra).toEqual({ message_reference: { message_id: said.id } });
  });

  it('the listener, while messages come: nothing is lost or twice, and all is in order', async () => {
    const channel = newChannel();
    for (const text of words(0, 5)) say(channel, text);
    await eventually(async () => (await heard(channel)).length > 0);
    for (const text of words(5, 25)) say(channel, text);
    await listener.kill();
    for (const text of words(25, 30)) say(channel, text);
    await startListener();
    for (const text of words(30, 35)) say(channel, text);
    await eventually(async () => (await heard(channel)).length === 35);
    expect(await heard(channel)).toEqual(words(0, 35));
    expect(discord.gateway.heard.at(-1)).toMatch(/resume/);
  });

  it.for(['requests', 'answers'] as const)(
    'the listener, while Temporal is storing a message (%s are held)',
    async (direction) => {
      const channel = newChannel();
      proxy.hold(direction);
      for (const text of words(0, 3)) say(channel, text);
      await eventually(() => (direction === 'requests' ? proxy.heldBytes : proxy.heldAnswerBytes) > 0);
      await listener.kill();
      proxy.heal();
      say(channel, 'message 3');
      await startListener();
      await eventually(async () => (await heard(channel)).length === 4);
      expect(await heard(channel)).toEqual(words(0, 4));
    },
  );

  it('the listener, and its session cannot be resumed: what was missed is read', async () => {
    const channel = newChannel();
    const direct = discord.direct('800000000000000001');
    for (const text of words(0, 3)) say(channel, text);
    say(direct, 'hello');
    await eventually(async () => (await heard(channel)).length === 3 && (await heard(direct)).length === 1);
    await listener.kill();
    discord.gateway.invalidate();
    for (const text of words(3, 6)) say(channel, text);
    say(direct, 'still there?');
    await startListener();
    for (const text of words(6, 9)) say(channel, text);
    await eventually(async () => (await heard(channel)).length === 9 && (await heard(direct)).length === 2);
    expect(await heard(channel)).toEqual(words(0, 9));
    expect(await heard(direct)).toEqual(['hello', 'still there?']);
  });

  it('a worker, while Discord holds its answer to a reply: one visible reply', async () => {
    const channel = newChannel();
    discord.api.hold(({ method, path: called }) => method === 'POST' && called.endsWith('/messages'));
    say(channel, 'hello');
    await eventually(() => discord.own(channel).length === 1);
    await killAndStart();
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual(['echo: hello [heard 1]']);
  });

  it('a worker, the same, and Discord has forgotten the nonce: the reply is found by reading back', async () => {
    const channel = newChannel();
    discord.api.hold(({ method, path: called }) => method === 'POST' && called.endsWith('/messages'));
    say(channel, 'hello');
    await eventually(() => discord.own(channel).length === 1);
    discord.state.nonces.clear();
    await killAndStart();
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual(['echo: hello [heard 1]']);
  });

  it('a worker, in the middle of a streamed reply: it is finished in the same message', async () => {
    const channel = newChannel();
    const long = Array.from({ length: 60 }, (_, n) => `word ${n}`).join(' ');
    say(channel, plan({ say: long, chunkDelayMs: 40 }));
    await eventually(() => (discord.own(channel)[0]?.edits.length ?? 0) > 0);
    await killAndStart();
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual([`${long} [heard 1]`]);
  });

  it('a worker, while Discord holds its answer to the edit of a deferred answer: one visible reply', async () => {
    const channel = newChannel();
    const request = discord.sign(JSON.stringify(discord.command(channel, 'ask', { text: 'hello' })));
    discord.api.hold(({ method, path: called }) => method === 'PATCH' && called.includes('/webhooks/'));
    const response = await fetch(`${scene.stack.url()}/webhooks/discord`, {
      method: 'POST',
      headers: request.headers,
      body: Buffer.from(request.body),
    });
    expect(await response.json()).toEqual({ type: 5 });
    await eventually(() => discord.own(channel).length === 1);
    await killAndStart();
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual(['echo: hello [heard 1]']);
    expect(channel.messages).toHaveLength(1);
  });

  it('the listener, while Discord holds its answer to an acknowledgement: one visible reply to the command', async () => {
    const channel = newChannel();
    discord.api.hold(({ path: called }) => called.endsWith('/callback'));
    discord.interact(channel, discord.command(channel, 'ask', { text: 'hello', deferred: false }));
    await eventually(() => discord.state.acknowledged.size === 1);
    await listener.kill();
    await startListener();
    await scene.stack.replies(`discord/${channel.id}`, 1);
    expect(discord.shown(channel)).toEqual(['echo: hello [heard 1]']);
    expect(channel.messages).toHaveLength(1);
  });

  it('two listeners at once: what both are told is heard once', async () => {
    const other = await newListener(await mkdtemp(path.join(inject('scratch'), 'listen-')));
    const channel = newChannel();
    for (const text of words(0, 10)) say(channel, text);
    await scene.stack.replies(`discord/${channel.id}`, 10);
    // Both have handled all of it before it is counted.
    await Promise.all([listener.kill('SIGTERM'), other.kill('SIGTERM')]);
    await startListener();
    expect(await heard(channel)).toEqual(words(0, 10));
    expect(discord.shown(channel)).toHaveLength(10);
  });

  it('ends on SIGTERM, and resumes where it was', async () => {
    await listener.kill('SIGTERM');
    const channel = newChannel();
    say(channel, 'while it was away');
    await startListener();
    await eventually(async () => (await heard(channel)).length === 1);
    expect(discord.gateway.heard.at(-1)).toMatch(/resume/);
  });
});
