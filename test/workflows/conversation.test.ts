import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { DeliveredPart, DeliveryRequest } from '../../contract/delivery.ts';
import { FAILURE } from '../../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type DeliveryTarget, reply, transcript, view } from '../../contract/signals.ts';
import { type Entry, type ReplyEntry, textOf } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const usage = { inputTokens: 10, outputTokens: 1 };
const say = (text: string): ModelStep => ({ content: [{ type: 'text', text }], calls: [], usage });
const call = (name: string, id: string, policy: object = {}): ModelStep => ({
  content: [{ type: 'tool-call', toolCallId: id, toolName: name, input: {} }],
  calls: [{ id, policy: { effect: 'read', timeoutMs: 10_000, attempts: 2, ...policy } }],
  usage,
});
const texts = (entries: Entry[]) =>
  entries.map((entry) =>
    entry.kind === 'assistant'
      ? `a:${textOf(entry.content)}`
      : `${entry.kind[0]}:${'text' in entry ? entry.text : 'output' in entry ? entry.output : ''}`,
  );
const repliesIn = (entries: Entry[]) =>
  entries.filter((entry): entry is ReplyEntry => entry.kind === 'reply');

describe('a conversation', () => {
  let host: Host;
  let model: (request: ModelRequest, entries: Entry[]) => ModelStep | Promise<ModelStep>;
  let deliveries: { request: DeliveryRequest; text: string }[];
  let onDeliver: (request: DeliveryRequest, text: string) => DeliveredPart | Promise<DeliveredPart>;
  /** Resolved by a test to let a held model call go on. */
  let gate: PromiseWithResolvers<void>;
  const id = () => `web/${crypto.randomUUID()}`;

  beforeAll(async () => {
    const handle = () => {
      const { workflowId, runId } = Context.current().info.workflowExecution ?? { workflowId: '', runId: '' };
      return host.client.workflow.getHandle(workflowId, runId);
    };
    host = await hostConversations({
      async callModel(request: ModelRequest) {
        const seen = await handle().query(transcript, { upTo: request.upTo, turn: request.turn });
        return model(request, seen.entries);
      },
      async deliver(request: DeliveryRequest) {
        const { entry } = await handle().query(reply, request.reply);
        deliveries.push({ request, text: entry.text });
        return onDeliver(request, entry.text);
      },
      async big() {
        return 'x'.repeat(64_000);
      },
      async look() {
        await gate.promise;
        return 'seen';
      },
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    deliveries = [];
    onDeliver = () => ({ receipt: { messageId: 'm1' }, next: null });
    gate = Promise.withResolvers();
    model = (_, entries) => {
      const last = entries.findLast((entry) => entry.kind === 'user');
      return say(`re: ${last?.text}`);
    };
  });

  it('answers each message in a turn of its own, in order, and remembers all of it', async () => {
    const conversation = id();
    for (const text of ['one', 'two', 'three']) await host.say(conversation, { text });
    const { entries, turns, usage: spent } = await host.settled(conversation, 3);
    expect(texts(entries)).toEqual([
      'u:one',
      'a:re: one',
      'r:re: one',
      'u:two',
      'a:re: two',
      'r:re: two',
      'u:three',
      'a:re: three',
      'r:re: three',
    ]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(turns).toBe(3);
    expect(spent).toEqual({ inputTokens: 30, outputTokens: 3 });
  });

  it('changes nothing for an event id that it has seen', async () => {
    const conversation = id();
    for (let time = 0; time < 5; time += 1) await host.say(conversation, { id: 'same', text: 'hello' });
    await host.say(conversation, { text: 'end' });
    const { turns } = await host.settled(conversation, 2);
    expect(turns).toBe(2);
  });

  it('steers: the model sees a message that arrives mid-turn at its next step', async () => {
    const conversation = id();
    model = (request, entries) =>
      request.step === 1
        ? call('look', 'c1')
        : say(
            `saw ${texts(entries)
              .filter((text) => text.startsWith('u:'))
              .join()}`,
          );
    await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    const second = await host.say(conversation, { text: 'second' });
    gate.resolve();
    const { entries, turns } = await host.settled(conversation, 1);
    expect(turns).toBe(1);
    expect(texts(entries)).toEqual([
      'u:first',
      'a:',
      't:seen',
      'u:second',
      'a:saw u:first,u:second',
      'r:saw u:first,u:second',
    ]);
    expect(repliesIn(entries)[0]?.answers).toContain(second);
  });

  it('queues: a message that arrives mid-turn gets its own turn', async () => {
    const conversation = id();
    model = (request) =>
      request.step === 1 && request.turn === 1 ? call('look', 'c1') : say(`turn ${request.turn}`);
    await host.say(conversation, { text: 'first' }, { whileBusy: 'queue' });
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: 'second' }, { whileBusy: 'queue' });
    gate.resolve();
    const { entries } = await host.settled(conversation, 2);
    expect(repliesIn(entries).map(({ text }) => text)).toEqual(['turn 1', 'turn 2']);
  });

  it('collects: messages that arrive mid-turn are one batch for the next turn', async () => {
    const conversation = id();
    model = (request, entries) =>
      request.step === 1 && request.turn === 1
        ? call('look', 'c1')
        : say(`${entries.filter(({ turn, kind }) => kind === 'user' && turn === request.turn).length} read`);
    const settings = { whileBusy: 'collect' } as const;
    await host.say(conversation, { text: 'first' }, settings);
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    const ids = [
      await host.say(conversation, { text: 'second' }, settings),
      await host.say(conversation, { text: 'third' }, settings),
    ];
    gate.resolve();
    const { entries } = await host.settled(conversation, 2);
    expect(repliesIn(entries).map(({ text }) => text)).toEqual(['1 read', '2 read']);
    expect(repliesIn(entries)[1]?.answers).toEqual(ids);
  });

  it('interrupts: the running turn ends with a word and the message gets its turn', async () => {
    const conversation = id();
    model = async (request) => {
      if (request.turn > 1) return say('second answer');
      await waitForCancellation();
      return { ...say('half an ans'), stopped: true };
    };
    await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).writing);
    await host.say(conversation, { text: 'second' }, { whileBusy: 'interrupt' });
    const { entries } = await host.settled(conversation, 2);
    expect(repliesIn(entries).map(({ status, text }) => [status, text])).toEqual([
      ['interrupted', 'half an ans\n\nStopped here for your next message.'],
      ['answered', 'second answer'],
    ]);
  });

  it('answers messages that interrupt each other in one turn, not each with a word that it was interrupted', async () => {
    const conversation = id();
    model = async (request, entries) => {
      if (request.turn > 1) return say(texts(entries.filter(({ turn }) => turn === request.turn)).join(' '));
      await waitForCancellation();
      return { ...say(''), content: [], stopped: true };
    };
    const settings = { whileBusy: 'interrupt' } as const;
    await host.say(conversation, { text: 'first' }, settings);
    await eventually(async () => (await host.view(conversation)).writing);
    await Promise.all([
      host.say(conversation, { text: 'two' }, settings),
      host.say(conversation, { text: 'two' }, settings),
    ]);
    const { entries } = await host.settled(conversation, 2);
    expect(repliesIn(entries).map(({ status, text }) => [status, text])).toEqual([
      ['interrupted', 'Stopped here for your next message.'],
      ['answered', 'u:two u:two'],
    ]);
  });

  it('/stop ends the running turn with one reply for both', async () => {
    const conversation = id();
    model = async () => {
      await waitForCancellation();
      return { ...say(''), content: [], stopped: true };
    };
    const first = await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).writing);
    const stop = await host.say(conversation, { text: '/stop' });
    const { entries } = await host.settled(conversation, 1);
    expect(repliesIn(entries)).toMatchObject([
      { status: 'stopped', text: 'Stopped.', answers: [first, stop] },
    ]);
  });

  it('/stop is not told as a failure when what it stops fails', async () => {
    const conversation = id();
    model = async () => {
      await waitForCancellation();
      throw ApplicationFailure.nonRetryable('boom', FAILURE.modelUnavailable);
    };
    await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).writing);
    await host.say(conversation, { text: '/stop' });
    const { entries } = await host.settled(conversation, 1);
    expect(repliesIn(entries)).toMatchObject([{ status: 'stopped', text: 'Stopped.' }]);
  });

  it('/new comes in its order: what was asked before it is answered', async () => {
    const conversation = id();
    const settings = { whileBusy: 'queue' } as const;
    model = ({ turn, step }) => (turn === 1 && step === 1 ? call('look', 'c1') : say(`turn ${turn}`));
    await host.say(conversation, { text: 'first' }, settings);
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    for (const text of ['second', 'third', '/new']) await host.say(conversation, { text }, settings);
    gate.resolve();
    const { entries } = await host.settled(conversation, 4);
    expect(repliesIn(entries).map(({ status }) => status)).toEqual([
      'answered',
      'answered',
      'answered',
      'command',
    ]);
  });

  it('loses nothing of a burst that is too large to be carried to a new run at once', async () => {
    const conversation = id();
    const text = '漢'.repeat(20_000);
    const count = 40;
    for (let n = 0; n < count; n += 1)
      await host.say(conversation, { text: `${n} ${text}` }, { whileBusy: 'queue' });
    const last = await host.say(conversation, { text: 'end' }, { whileBusy: 'queue' });
    await eventually(async () => (await host.view(conversation)).turns === count + 1, { ms: 50_000 });
    await eventually(async () => (await host.view(conversation)).status === 'idle');
    const handle = host.client.workflow.getHandle(conversation);
    let after = 0;
    const answers: string[] = [];
    for (;;) {
      const page = await handle.query(view, after);
      answers.push(...repliesIn(page.entries).flatMap((entry) => entry.answers));
      after = page.entries.at(-1)?.seq ?? page.seq;
      if (after === page.seq) break;
    }
    expect(answers.at(-1)).toBe(last);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('answers a batch that is larger than any payload in one turn, and works on', async () => {
    const conversation = id();
    const text = '漢'.repeat(20_000);
    const count = 40;
    model = ({ turn, step }, entries) => {
      if (turn === 1 && step === 1) return call('look', 'c1');
      const own = entries.flatMap((entry) => (entry.kind === 'user' && entry.turn === turn ? [entry] : []));
      return say(`${own.length} read, the last is ${own.at(-1)?.text.slice(0, 2)}`);
    };
    const settings = { whileBusy: 'collect' } as const;
    await host.say(conversation, { text: 'first' }, settings);
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    const handle = host.client.workflow.getHandle(conversation);
    const { runId } = await handle.describe();
    for (let n = 0; n < count; n += 1) await host.say(conversation, { text: `${n} ${text}` }, settings);
    gate.resolve();
    await eventually(async () => (await handle.describe()).runId !== runId, { ms: 30_000 });
    await host.say(conversation, { text: 'again' }, settings);
    await eventually(async () => (await host.view(conversation)).turns === 3);
    await eventually(async () => (await host.view(conversation)).status === 'idle');
    const { entries } = await handle.query(view, 0);
    expect(repliesIn(entries).map((entry) => entry.text)).toEqual([
      '40 read, the last is 39',
      '1 read, the last is ag',
    ]);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('ends a turn whose tool results are larger than any payload with its reply, and works on', async () => {
    const conversation = id();
    const calls = Array.from({ length: 40 }, (_, n) => `c${n}`);
    model = ({ turn, step }) =>
      turn === 1 && step === 1
        ? {
            content: calls.map((toolCallId) => ({
              type: 'tool-call',
              toolCallId,
              toolName: 'big',
              input: {},
            })),
            calls: calls.map((callId) => ({
              id: callId,
              policy: { effect: 'read', timeoutMs: 10_000, attempts: 1 },
            })),
            usage,
          }
        : say(`turn ${turn}`);
    const first = await host.say(conversation, { text: 'much' });
    const handle = host.client.workflow.getHandle(conversation);
    await eventually(
      async () =>
        (await host.view(conversation)).status === 'idle' && (await host.view(conversation)).turns === 1,
    );
    await host.say(conversation, { text: 'again' });
    await eventually(async () => (await host.view(conversation)).turns === 2);
    const replies = await eventually(async () => {
      const found = repliesIn((await handle.query(view, 0)).entries);
      return found.length === 2 && found;
    });
    expect(replies).toMatchObject([
      { status: 'answered', text: 'turn 1', answers: [first] },
      { text: 'turn 2' },
    ]);
  });

  it('/status answers while a turn runs, /help and unknown commands say what there is', async () => {
    const conversation = id();
    model = (request) => (request.step === 1 ? call('look', 'c1') : say('done'));
    await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: '/status' });
    const status = await eventually(async () => repliesIn((await host.view(conversation)).entries)[0]);
    expect(status.text).toContain('running `look`');
    gate.resolve();
    await host.say(conversation, { text: '/help' });
    await host.say(conversation, { text: '/nope' });
    const { entries } = await host.settled(conversation, 4);
    const all = repliesIn(entries)
      .map(({ text }) => text)
      .join('\n');
    for (const part of ['/new', 'There is no command `/nope`', 'done']) expect(all).toContain(part);
  });

  it('/new: the model sees nothing from before, nor any command', async () => {
    const conversation = id();
    model = (_, entries) => say(texts(entries).join(' '));
    await host.say(conversation, { text: 'secret' });
    await host.say(conversation, { text: '/new' });
    await host.say(conversation, { text: 'hello' });
    const { entries } = await host.settled(conversation, 3);
    expect(repliesIn(entries).at(-1)?.text).toBe('u:hello');
  });

  it('replaces the text of a message that still waits when it is edited, and takes a later edit as a message', async () => {
    const conversation = id();
    model = (request) =>
      request.step === 1 && request.turn === 1 ? call('look', 'c1') : say(`turn ${request.turn}`);
    const settings = { whileBusy: 'queue' } as const;
    await host.say(conversation, { text: 'first', messageId: '1' }, settings);
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: 'tpyo', messageId: '2' }, settings);
    await host.say(conversation, { text: 'typo', messageId: '2', edited: true }, settings);
    await host.say(conversation, { text: 'first!', messageId: '1', edited: true }, settings);
    gate.resolve();
    const { entries } = await host.settled(conversation, 3);
    expect(texts(entries).filter((text) => text.startsWith('u:'))).toEqual(['u:first', 'u:typo', 'u:first!']);
  });

  it('ends a turn that goes in circles with an honest reply, and the next message works', async () => {
    const conversation = id();
    model = (request) =>
      request.turn === 1 ? call('nothing', `c${request.step}`, { attempts: 1 }) : say('fine');
    const limits = { steps: 3, seconds: 600, failures: 2 };
    await host.say(conversation, { text: 'loop' }, { limits });
    await host.settled(conversation, 1);
    await host.say(conversation, { text: 'again' }, { limits });
    const { entries } = await host.settled(conversation, 2);
    const [failed, fine] = repliesIn(entries);
    expect(failed).toMatchObject({ status: 'failed' });
    expect(failed?.text).toMatch(/within 3 steps.*\(reference [0-9a-f]{8}-1\)/);
    expect(fine).toMatchObject({ status: 'answered', text: 'fine' });
  });

  it('ends a turn that takes too long with an honest reply, a running tool included', async () => {
    const conversation = id();
    model = (request) => (request.step === 1 ? call('look', 'c1', { attempts: 100 }) : say('too late'));
    const limits = { steps: 3, seconds: 1, failures: 2 };
    await host.say(conversation, { text: 'slow' }, { limits });
    const { entries } = await host.settled(conversation, 1);
    gate.resolve();
    expect(repliesIn(entries)).toMatchObject([
      { status: 'failed', text: expect.stringContaining('within 1 seconds') },
    ]);
  });

  it('ends a turn whose model fails for good, or fails too often, with the reason', async () => {
    const conversation = id();
    let attempts = 0;
    model = ({ turn }) => {
      attempts += 1;
      if (turn === 1) throw ApplicationFailure.nonRetryable('401 wrong key', FAILURE.modelRefused);
      throw ApplicationFailure.retryable('503 busy', FAILURE.modelUnavailable);
    };
    const limits = { steps: 3, seconds: 600, failures: 3 };
    await host.say(conversation, { text: 'a' }, { limits });
    await host.settled(conversation, 1);
    expect(attempts).toBe(1);
    await host.say(conversation, { text: 'b' }, { limits });
    const { entries } = await host.settled(conversation, 2);
    expect(attempts).toBe(4);
    expect(repliesIn(entries).map(({ text }) => text)).toEqual([
      expect.stringContaining('the model refused the request: 401 wrong key'),
      expect.stringContaining('the model could not be reached: 503 busy'),
    ]);
  });

  it('delivers part by part, and not at all what was already shown', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    onDeliver = ({ from }, text) => ({
      receipt: { messageId: `m${from}` },
      next: from === 0 ? 4 : from < text.length - 4 ? from + 4 : null,
    });
    model = ({ turn }) =>
      turn === 1
        ? say('aaaabbbbcc')
        : { ...say('shown'), streamed: { receipt: { messageId: 's1' }, shown: { next: null } } };
    await host.say(conversation, { text: 'long' });
    await host.settled(conversation, 1);
    expect(deliveries.map(({ request }) => request.from)).toEqual([0, 4, 8]);
    await host.say(conversation, { text: 'short' });
    await host.settled(conversation, 2);
    expect(deliveries).toHaveLength(3);
  });

  it('finishes a streamed message when it does not show the whole reply, and looks for one that may exist', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    model = ({ turn, step }) => {
      if (turn === 1 && step === 1)
        return {
          ...call('nothing', 'c1', { attempts: 1 }),
          streamed: { receipt: { messageId: 's1' }, shown: { next: null } },
        };
      throw ApplicationFailure.nonRetryable(
        'no',
        FAILURE.modelRefused,
        ...(turn === 3 ? [{ messageId: 's3' }] : []),
      );
    };
    await host.say(conversation, { text: 'one' });
    await host.settled(conversation, 1);
    expect(deliveries[0]?.request).toMatchObject({ from: 0, receipt: { messageId: 's1' } });
    await host.say(conversation, { text: 'two' });
    await host.settled(conversation, 2);
    expect(deliveries[1]?.request).toMatchObject({ from: 0, look: true });
    await host.say(conversation, { text: 'three' });
    await host.settled(conversation, 3);
    expect(deliveries[2]?.request).toMatchObject({ from: 0, receipt: { messageId: 's3' } });
  });

  it('says what may be on its way besides, and knows a message as soon as it is streamed into', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    const handle = host.client.workflow.getHandle(conversation);
    const targets: DeliveryTarget[] = [];
    const sending = Promise.withResolvers<void>();
    let whileSending: DeliveryTarget | undefined;
    onDeliver = async ({ reply: seq }) => {
      targets.push((await handle.query(reply, seq)).target);
      if (targets.length === 2) await sending.promise;
      return { receipt: { messageId: `m${seq}` }, next: null };
    };
    const writing = Promise.withResolvers<void>();
    model = async ({ upTo, turn, step }) => {
      if (step === 1) {
        await writing.promise;
        return { ...call('look', 'c1'), streamed: { receipt: { messageId: 's1' } } };
      }
      whileSending = (await handle.query(transcript, { upTo, turn })).target;
      sending.resolve();
      return say('done');
    };
    await host.say(conversation, { text: 'hello' });
    await eventually(async () => (await host.view(conversation)).writing);
    await host.say(conversation, { text: '/status' });
    await eventually(() => targets.length === 1);
    writing.resolve();
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: '/status' });
    await eventually(() => targets.length === 2);
    gate.resolve();
    await host.settled(conversation, 1);
    expect(targets.map(({ othersOnTheirWay }) => othersOnTheirWay)).toEqual([true, undefined, undefined]);
    expect(targets.map(({ knownMessageIds }) => knownMessageIds.includes('s1'))).toEqual([false, true, true]);
    expect(whileSending?.othersOnTheirWay).toBe(true);
  });

  it('goes on when the platform refuses a reply for good', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    onDeliver = ({ reply: seq }) => {
      if (seq < 4) throw ApplicationFailure.nonRetryable('bot was blocked', FAILURE.deliveryRefused);
      return { receipt: { messageId: 'm1' }, next: null };
    };
    await host.say(conversation, { text: 'one' });
    await host.say(conversation, { text: 'two' });
    await host.settled(conversation, 2);
    expect(deliveries.map(({ text }) => text)).toEqual(['re: one', 're: two']);
  });

  it('shows itself in Temporal: status, turns, summary, details', async () => {
    const conversation = id();
    await host.say(conversation, { text: 'hello there' });
    await host.settled(conversation, 1);
    const description = await host.client.workflow.getHandle(conversation).describe();
    expect(description.searchAttributes).toMatchObject({
      HoldfastPlatform: ['web'],
      HoldfastStatus: ['idle'],
      HoldfastTurns: [1],
    });
    const metadata = await host.client.workflow
      .getHandle(conversation)
      .query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('re: hello there');
  });

  it('replays every history of these tests', async () => {
    const histories = host.client.workflow.list({ query: `WorkflowType = 'conversation'` }).intoHistories();
    let count = 0;
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      histories,
    )) {
      expect(error).toBeUndefined();
      count += 1;
    }
    expect(count).toBeGreaterThan(10);
  });
});

/** What an activity does that runs until its turn is stopped. */
async function waitForCancellation(): Promise<void> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 100);
  await context.cancelled.catch(() => {});
  clearInterval(beat);
}
