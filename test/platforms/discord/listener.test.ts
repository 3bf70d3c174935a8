import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { GroupPolicy } from '../../../contract/access.ts';
import { isWanted } from '../../../gateway/group-policy.ts';
import { createDiscord } from '../../../platforms/discord/discord.ts';
import type { ListenOptions, Received } from '../../../platforms/platform.ts';
import { FakeDiscord } from '../../fakes/discord/discord.ts';
import { eventually } from '../../support/eventually.ts';

type Stored = Received['messages'][number];

const CHANNEL = '500000000000000001';
const OTHER = '500000000000000002';
const DIRECT = '500000000000000003';

describe('discord: the listener', () => {
  let fake: FakeDiscord;
  let stateFile: string;
  let stored: Stored[];
  let stops: (() => Promise<void>)[];

  beforeEach(async () => {
    fake = await FakeDiscord.start();
    stateFile = path.join(await mkdtemp(path.join(inject('scratch'), 'listen-')), 'discord.json');
    stored = [];
    stops = [];
    fake.channel(CHANNEL);
    fake.channel(OTHER);
    fake.direct(DIRECT);
  });
  afterEach(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await fake.close();
  });

  /** What the gateway does with messages. */
  function take(messages: Stored[], policy: GroupPolicy = 'mention'): Stored[] {
    const taken = messages.filter(({ message }) => isWanted(message, policy));
    stored.push(...taken);
    return taken;
  }

  /** Listens until the test ends, or `stop` is called: then as if it was killed, in the middle of what it does. */
  function listen(more: Partial<ListenOptions> = {}, botToken = fake.token) {
    const { listener } = createDiscord({
      applicationId: fake.applicationId,
      publicKey: fake.publicKey,
      botToken,
      apiBaseUrl: fake.api.url,
    });
    if (!listener) throw new Error('no listener');
    const end = new AbortController();
    const logged: string[] = [];
    const ended = listener.listen({
      stateFile,
      signal: end.signal,
      store: async (messages) => take(messages),
      async *conversations() {
        yield* new Set(stored.map(({ conversation }) => conversation));
      },
      log: (message) => void logged.push(message),
      connected: () => void logged.push('connected'),
      ...more,
    });
    ended.catch(() => {});
    const stop = async () => {
      end.abort();
      await ended.catch(() => {});
    };
    stops.push(stop);
    return { ended, stop, logged };
  }

  const texts = () => stored.map(({ message }) => message.text);
  const say = (text: string, id = CHANNEL) =>
    fake.write(id === DIRECT ? fake.direct(id) : fake.channel(id), text, { mention: id !== DIRECT });
  const connected = (logged: string[]) => eventually(() => logged.includes('connected'));
  const saved = async () =>
    JSON.parse(await readFile(stateFile, 'utf8')) as { session: { sequence: number } };

  it('stores what is for us in its order: messages, edits, deletions', async () => {
    const { logged } = listen();
    await connected(logged);
    const first = say('one');
    fake.write(fake.channel(CHANNEL), 'not for the bot');
    const second = say('two', DIRECT);
    fake.edit(fake.direct(DIRECT), second, 'two, better');
    fake.delete(fake.channel(CHANNEL), first);
    await eventually(() => stored.length === 4);
    expect(
      stored.map(({ conversation, message }) => [conversation, message.messageId, message.text]),
    ).toEqual([
      [CHANNEL, first.id, 'one'],
      [DIRECT, second.id, 'two'],
      [DIRECT, second.id, 'two, better'],
      [CHANNEL, first.id, ''],
    ]);
    expect(stored[2]?.message.edited).toBe(true);
    expect(stored[3]?.message.deleted).toBe(true);
    expect(new Set(stored.map(({ message }) => message.id)).size).toBe(4);
  });

  it('ignores an update that only adds the preview of a link, and the deletion in what is no conversation', async () => {
    const { logged } = listen();
    await connected(logged);
    const message = say('see https://example.com', DIRECT);
    await eventually(() => stored.length === 1);
    fake.gateway.dispatch('MESSAGE_UPDATE', {
      id: message.id,
      channel_id: DIRECT,
      type: 0,
      content: message.content,
      author: message.author,
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
      mentions: [],
      attachments: [],
      embeds: [{ url: 'https://example.com' }],
    });
    // The conversations are looked up at the first deletion.
    for (const text of ['not for us', 'nor this'])
      fake.delete(fake.channel(OTHER), fake.write(fake.channel(OTHER), text));
    say('next');
    await eventually(() => stored.length === 2);
    expect(texts()).toEqual(['see https://example.com', 'next']);
  });

  it('passes on what people say among themselves, also what was missed of it, for the operator to choose', async () => {
    const all = { store: async (messages: Stored[]) => take(messages, 'always') };
    const first = listen(all);
    await connected(first.logged);
    const chatter = fake.write(fake.channel(CHANNEL), 'lunch?');
    fake.edit(fake.channel(CHANNEL), chatter, 'lunch, anyone?');
    fake.delete(fake.channel(CHANNEL), chatter);
    await eventually(() => stored.length === 3);
    await first.stop();
    fake.gateway.invalidate();
    fake.write(fake.channel(CHANNEL), 'or dinner?');
    listen(all);
    await eventually(() => stored.length === 4);
    const heard = { group: true, unaddressed: true };
    expect(stored.map(({ message }) => message)).toMatchObject([
      { text: 'lunch?', messageId: chatter.id, ...heard },
      { text: 'lunch, anyone?', messageId: chatter.id, edited: true, ...heard },
      { text: '', messageId: chatter.id, deleted: true, group: true },
      { text: 'or dinner?', ...heard },
    ]);
  });

  it('passes over an event that it cannot read', async () => {
    const { logged } = listen();
    await connected(logged);
    fake.gateway.dispatch('MESSAGE_CREATE', { id: 7 });
    say('next');
    await eventually(() => texts().includes('next'));
    expect(logged).toContain('skipped an event that cannot be read');
  });

  it('killed while a message is being stored: it and what follows come again, by the resumed session', async () => {
    const { logged, stop } = listen({
      store: async (messages) => {
        if (messages[0]?.message.text === 'two') await new Promise(() => {});
        return take(messages);
      },
    });
    await connected(logged);
    say('one');
    say('two');
    say('three');
    // Stopped between storing and saving, it would be told of the first again, which its conversation recognises.
    await eventually(async () => stored.length === 1 && (await saved()).session.sequence === 3);
    await stop();
    say('four');
    const again = listen();
    await eventually(() => stored.length === 4);
    expect(texts()).toEqual(['one', 'two', 'three', 'four']);
    expect(fake.gateway.heard).toEqual(['identify', expect.stringMatching('resume')]);
    expect(again.logged).toContain('connected to Discord; the session was resumed');
  });

  it('saves its place only behind what is stored', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { logged } = listen({
      store: async (messages) => {
        if (messages[0]?.message.text === 'two') await promise;
        return take(messages);
      },
    });
    await connected(logged);
    say('one');
    await eventually(async () => stored.length === 1 && (await saved()).session.sequence === 3);
    say('two');
    say('three');
    await new Promise((settle) => setTimeout(settle, 200));
    expect((await saved()).session.sequence).toBe(3);
    resolve();
    await eventually(async () => (await saved()).session.sequence === 5);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });

  it('a session that cannot be resumed: what was missed is read, in channels, threads and direct messages', async () => {
    const { logged, stop } = listen();
    await connected(logged);
    say('before');
    say('hello', DIRECT);
    await eventually(() => stored.length === 2);
    await stop();
    fake.gateway.invalidate();
    const many = Array.from({ length: 120 }, (_, n) => `missed ${n}`);
    for (const text of many) say(text);
    fake.write(fake.channel(CHANNEL), 'not for us');
    say('missed elsewhere', OTHER);
    say('missed in private', DIRECT);
    const thread = fake.state.channels.open('500000000000000004', 11, fake.channel(CHANNEL).guild);
    fake.write(thread, 'missed in a thread', { mention: true });
    const again = listen();
    await eventually(() => texts().includes('missed in a thread'));
    say('after');
    await eventually(() => texts().includes('after'));

    const unique = [...new Map(stored.map((each) => [each.message.id, each])).values()];
    const of = (id: string) =>
      unique.filter(({ conversation }) => conversation === id).map(({ message }) => message.text);
    expect(of(CHANNEL)).toEqual(['before', ...many, 'after']);
    expect(of(OTHER)).toEqual(['missed elsewhere']);
    expect(of(DIRECT)).toEqual(['hello', 'missed in private']);
    expect(of(thread.id)).toEqual(['missed in a thread']);
    expect(again.logged).toContain('connected to Discord with a new session');
  });

  it('killed while it reads what was missed: it is read again', async () => {
    const first = listen();
    await connected(first.logged);
    say('before');
    await eventually(() => stored.length === 1);
    await first.stop();
    fake.gateway.invalidate();
    say('missed one');
    say('missed in private', DIRECT);
    stored.push({ conversation: DIRECT, message: { id: 'x', text: 'an old one' } });
    const hangs = listen({ store: () => new Promise(() => {}) });
    await connected(hangs.logged);
    await new Promise((settle) => setTimeout(settle, 300));
    await hangs.stop();
    listen();
    await eventually(() => texts().includes('missed one') && texts().includes('missed in private'));
  });

  describe('commands and buttons, where there is no interactions endpoint URL', () => {
    const ask = (text: string) => {
      const command = fake.command(fake.channel(CHANNEL), 'ask', { text, deferred: false });
      return fake.interact(fake.channel(CHANNEL), command);
    };

    it('are stored first, and then acknowledged', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const { logged } = listen({
        store: async (messages) => {
          await promise;
          return take(messages);
        },
      });
      await connected(logged);
      const asked = ask('hello');
      const buttons = [{ type: 1, components: [{ type: 2, label: 'Yes', custom_id: 'yes' }] }];
      const shown = fake.state.channels.add(fake.channel(CHANNEL), {
        author: fake.state.me,
        content: 'Really?',
        components: buttons,
      });
      const press = fake.press(fake.channel(CHANNEL), shown, 'Yes');
      const pressed = fake.interact(fake.channel(CHANNEL), press);
      await new Promise((settle) => setTimeout(settle, 200));
      expect(fake.state.acknowledged.size).toBe(0);
      resolve();
      await eventually(() => fake.state.acknowledged.size === 2);
      expect([...fake.state.acknowledged]).toEqual([
        [asked, 5],
        [pressed, 6],
      ]);
      expect(texts()).toEqual(['hello', 'yes']);
      expect(stored[0]?.message.returnAddress).toEqual({
        interaction: asked.split('/')[0],
        token: asked.split('/')[1],
      });
    });

    it('that the operator wants nothing of say so, and nothing is waited for', async () => {
      const { logged } = listen({ store: async (messages) => take(messages, 'never') });
      await connected(logged);
      const asked = ask('hello');
      await eventually(() => fake.state.acknowledged.size === 1);
      expect([...fake.state.acknowledged]).toEqual([[asked, 4]]);
      expect([stored, fake.shown(fake.channel(CHANNEL))]).toEqual([[], []]);
    });

    it('killed before the acknowledgement: it comes again, with the same event id', async () => {
      const { logged, stop } = listen();
      await connected(logged);
      // It reaches Discord, and its answer does not reach us.
      fake.api.hold(({ path: called }) => called.endsWith('/callback'));
      ask('hello');
      await eventually(() => stored.length === 1);
      await stop();
      fake.api.heal();
      const again = listen();
      await eventually(() => stored.length === 2);
      expect(stored[1]?.message.id).toBe(stored[0]?.message.id);
      await eventually(async () => (await saved()).session.sequence >= 3);
      expect(again.logged).not.toContain('an interaction was not acknowledged');
      expect(fake.state.acknowledged.size).toBe(1);
    });

    it('two listeners: both store it with one event id, and one acknowledgement is enough', async () => {
      const one = listen();
      const other = listen({ stateFile: `${stateFile}.other` });
      await Promise.all([connected(one.logged), connected(other.logged)]);
      ask('hello');
      say('and this');
      await eventually(() => stored.length === 4);
      expect(new Set(stored.map(({ message }) => message.id)).size).toBe(2);
      for (const { logged } of [one, other])
        expect(logged).not.toContain('an interaction was not acknowledged');
    });

    it('too late, or unreadable: said, and the stream goes on', async () => {
      const { logged } = listen();
      await connected(logged);
      ask('hello');
      const late = fake.command(fake.channel(CHANNEL), 'ask', { text: 'late', deferred: false });
      fake.gateway.dispatch('INTERACTION_CREATE', late);
      fake.gateway.dispatch('INTERACTION_CREATE', { ...late, channel_id: 'x' });
      fake.gateway.dispatch('INTERACTION_CREATE', { type: 'x' });
      say('next');
      await eventually(() => stored.length === 3);
      expect(texts()).toEqual(['hello', 'late', 'next']);
      expect(logged).toContain('an interaction was not acknowledged');
      expect(logged).toContain('skipped an interaction that cannot be read');
      expect(logged).toContain('skipped an event that cannot be read');
    });

    it('Discord does not take the acknowledgement: messages wait for it three seconds at most', async () => {
      const { logged } = listen();
      await connected(logged);
      fake.api.hold(({ path: called }) => called.endsWith('/callback'));
      ask('hello');
      say('next');
      await eventually(() => texts().includes('next'));
      expect(logged).toContain('an interaction was not acknowledged');
    });
  });

  it('a token that is changed while it reads what was missed: that is read with the new one', async () => {
    const first = listen();
    await connected(first.logged);
    say('before');
    await eventually(() => stored.length === 1);
    await first.stop();
    fake.gateway.invalidate();
    say('missed');
    fake.api.refuse(({ path: called }) => called.endsWith('/messages'), {
      status: 401,
      body: { message: '401: Unauthorized', code: 0 },
    });
    await expect(listen().ended).rejects.toThrow('DISCORD_BOT_TOKEN is wrong');
    fake.api.heal();
    listen();
    await eventually(() => texts().includes('missed'));
  });

  it('the first start reads nothing of before', async () => {
    say('long ago');
    const { logged } = listen();
    await connected(logged);
    say('now');
    await eventually(() => stored.length === 1);
    expect(texts()).toEqual(['now']);
    expect(fake.api.calls.map(({ path: called }) => called)).toEqual(['/v10/gateway/bot']);
  });

  it('waits for as long as Discord asks while it reads what was missed', async () => {
    const first = listen();
    await connected(first.logged);
    say('before');
    await eventually(() => stored.length === 1);
    await first.stop();
    fake.gateway.invalidate();
    say('missed');
    fake.api.refuse(({ path: called }) => called.endsWith('/messages'), {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 0.3, global: false },
      headers: { 'retry-after': '0.3' },
    });
    fake.api.refuse(({ path: called }) => called.endsWith('/messages'), { status: 502 });
    const again = listen();
    await eventually(() => texts().includes('missed'));
    expect(again.logged).toContain('Discord will be asked again');
  });

  it('reads on where the bot may not read one of the channels', async () => {
    const first = listen();
    await connected(first.logged);
    say('before');
    await eventually(() => stored.length === 1);
    await first.stop();
    fake.gateway.invalidate();
    say('missed, unreadable');
    say('missed', OTHER);
    fake.state.hidden.add(CHANNEL);
    listen();
    await eventually(() => texts().includes('missed'));
    expect(texts()).not.toContain('missed, unreadable');
  });

  it('an invalid session while connected: a new one, and nothing lost', async () => {
    const { logged } = listen();
    await connected(logged);
    say('one');
    await eventually(() => stored.length === 1);
    fake.gateway.tell(9, false);
    say('two');
    await eventually(() => texts().includes('two'));
    expect(fake.gateway.heard.filter((word) => word === 'identify')).toHaveLength(2);
  });

  it.for([
    ['is told to reconnect', () => fake.gateway.tell(7)],
    ['loses the connection', () => fake.gateway.drop()],
    ['is told of an unknown error', () => fake.gateway.drop(4000)],
  ] as const)('%s: it resumes', async ([, disturb]) => {
    const { logged } = listen();
    await connected(logged);
    say('one');
    await eventually(() => stored.length === 1);
    disturb();
    await eventually(() => fake.gateway.connections === 0);
    say('two');
    say('three');
    await eventually(() => stored.length === 3);
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(fake.gateway.heard.filter((word) => word === 'identify')).toHaveLength(1);
    expect(fake.gateway.heard.at(-1)).toMatch(/resume \d/);
  });

  it('keeps its session while Discord cannot be reached', async () => {
    const { logged } = listen();
    await connected(logged);
    say('one');
    await eventually(() => stored.length === 1);
    fake.gateway.door.isOpen = false;
    fake.gateway.drop();
    await eventually(() => logged.filter((word) => word === 'Discord cannot be reached').length >= 2);
    say('two');
    fake.gateway.door.isOpen = true;
    await eventually(() => stored.length === 2);
    expect(fake.gateway.heard.filter((word) => word === 'identify')).toHaveLength(1);
    // And a session that is lost meanwhile is not kept for ever.
    fake.gateway.drop();
    fake.gateway.invalidate();
    say('three');
    await eventually(() => texts().includes('three'));
    expect(fake.gateway.heard.filter((word) => word === 'identify')).toHaveLength(2);
  });

  it('reconnects where heartbeats are not answered', async () => {
    fake.gateway.heartbeatMs = 100;
    fake.gateway.answersHeartbeats = false;
    const { logged } = listen();
    await connected(logged);
    await eventually(() => fake.gateway.heard.some((word) => word.startsWith('resume')));
    fake.gateway.answersHeartbeats = true;
    say('still there');
    await eventually(() => stored.length === 1);
  });

  it.for([
    ['a wrong token', 4004, /DISCORD_BOT_TOKEN is wrong/],
    ['an intent that is not switched on', 4014, /Message Content Intent/],
    ['intents that there are not', 4013, /intents/],
    ['too many servers', 4011, /2,500/],
  ] as const)('%s ends it, with what to do', async ([, code, reason]) => {
    if (code === 4014) fake.gateway.allowsMessageContent = false;
    const { logged, ended } = listen();
    if (code !== 4014) {
      await connected(logged);
      fake.gateway.drop(code);
    }
    await expect(ended).rejects.toThrow(reason);
    await expect(ended).rejects.not.toThrow(fake.token);
  });

  it('a token that the API refuses ends it', async () => {
    const { ended } = listen({}, 'wrong');
    await expect(ended).rejects.toThrow('DISCORD_BOT_TOKEN is wrong');
  });

  it('goes on trying while Discord cannot be reached at the start', async () => {
    fake.api.refuse(() => true, { status: 503 });
    const { logged } = listen();
    await connected(logged);
    expect(logged).toContain('Discord will be asked again');
  });
});
