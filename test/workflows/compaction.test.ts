import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createFork } from '../../activities/fork.ts';
import type { Compacted, CompactRequest } from '../../contract/compaction.ts';
import { FAILURE } from '../../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { older, transcript } from '../../contract/signals.ts';
import { type Entry, type SummaryEntry, textOf } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const usage = { inputTokens: 10, outputTokens: 1 };
const say = (text: string, more: Partial<ModelStep> = {}): ModelStep => ({
  content: [{ type: 'text', text }],
  calls: [],
  usage,
  ...more,
});
const call = (ids: string[], more: Partial<ModelStep> = {}): ModelStep => ({
  content: ids.map((toolCallId) => ({ type: 'tool-call', toolCallId, toolName: 'look', input: {} })),
  calls: ids.map((id) => ({ id, policy: { effect: 'read', timeoutMs: 10_000, attempts: 1 } })),
  usage,
  ...more,
});
const words = (entries: Entry[]) =>
  entries.flatMap((entry) => {
    switch (entry.kind) {
      case 'summary':
        return [`summary: ${entry.text}`];
      case 'user':
        return [entry.text];
      case 'assistant':
        return [textOf(entry.content) || 'calls'];
      case 'tool':
        return [entry.callId];
      default:
        return [];
    }
  });
const summariesIn = (entries: Entry[]) =>
  entries.filter((entry): entry is SummaryEntry => entry.kind === 'summary');
const tooLong = () => ApplicationFailure.nonRetryable('400: prompt is too long', FAILURE.contextTooLong);

describe('the context of a conversation', () => {
  let host: Host;
  let model: (request: ModelRequest, entries: Entry[]) => ModelStep | Promise<ModelStep>;
  let summarise: (request: CompactRequest, entries: Entry[]) => string | Promise<string>;
  /** What the model was shown, call by call, and what was to be summarised. */
  let shown: string[][];
  let summarised: { request: CompactRequest; words: string[] }[];
  const id = () => `web/${crypto.randomUUID()}`;

  beforeAll(async () => {
    const handle = () => {
      const { workflowId, runId } = Context.current().info.workflowExecution ?? { workflowId: '', runId: '' };
      return host.client.workflow.getHandle(workflowId, runId);
    };
    host = await hostConversations(
      {
        async callModel(request: ModelRequest) {
          const { entries } = await handle().query(transcript, { upTo: request.upTo, turn: request.turn });
          shown.push(words(entries));
          return model(request, entries);
        },
        async compact(request: CompactRequest): Promise<Compacted> {
          const entries = await handle().query(older, request.upTo);
          summarised.push({ request, words: words(entries) });
          const text = await summarise(request, entries);
          return { text, usage: { inputTokens: 100, outputTokens: 20 } };
        },
        look: async () => 'seen',
        describeAgents: async () => [{ name: 'main', models: ['demo'] }],
        fork: (request: { copy: string }) => createFork(host)(request),
      },
      ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
    );
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    shown = [];
    summarised = [];
    model = (_, entries) => say(`re: ${words(entries).at(-1)}`);
    summarise = (_, entries) => `of ${words(entries).length}`;
  });

  /** Says it and returns the reply's text. */
  async function ask(conversation: string, text: string): Promise<string> {
    const message = await host.say(conversation, { text });
    const reply = await eventually(
      async () =>
        (await host.view(conversation)).entries.find(
          (entry) => entry.kind === 'reply' && entry.answers.includes(message),
        ),
      { what: `the reply to ${text}` },
    );
    await eventually(async () => (await host.view(conversation)).status === 'idle');
    return reply.kind === 'reply' ? reply.text : '';
  }

  it('is summarised before the next call when the model says it is crowded, and the last turns stay as they are', async () => {
    const conversation = id();
    model = ({ turn }) => say(`answer ${turn}`, turn === 4 ? { crowded: true } : {});
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) await ask(conversation, text);
    expect(summarised).toHaveLength(1);
    expect(summarised[0]?.words).toEqual(['one', 'answer 1', 'two', 'answer 2', 'three', 'answer 3']);
    expect(shown[4]).toEqual(['summary: of 6', 'four', 'answer 4', 'five']);
    expect(shown[5]).toEqual(['summary: of 6', 'four', 'answer 4', 'five', 'answer 5', 'six']);
    const { entries, usage: spent } = await host.view(conversation);
    expect(summariesIn(entries)).toMatchObject([{ text: 'of 6', upToTurn: 3, turn: 5 }]);
    expect(spent).toEqual({ inputTokens: 160, outputTokens: 26 });
  });

  it('has its summary summarised again, with what followed, and carries one to the next run', async () => {
    const conversation = id();
    const handle = host.client.workflow.getHandle(conversation);
    model = ({ turn }) => say(`answer ${turn}`, { crowded: true });
    summarise = (_, entries) =>
      words(entries)
        .filter((text) => !text.startsWith('answer'))
        .join('+')
        .replace('summary: ', '');
    for (let turn = 1; turn <= 20; turn += 1) await ask(conversation, `m${turn}`);
    const again = summarised.filter((one) => one.words[0]?.startsWith('summary: '));
    expect(again.length).toBeGreaterThan(3);
    // Nothing that was said is missing in what the model sees, nor twice.
    const said = (shown.at(-1) ?? []).join('+').match(/m\d+/g);
    expect(said).toEqual(Array.from({ length: 20 }, (_, index) => `m${index + 1}`));
    const { runId } = await handle.describe();
    expect(runId).not.toBe(
      (await handle.fetchHistory()).events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId,
    );
    const started = (await handle.fetchHistory()).events?.[0]?.workflowExecutionStartedEventAttributes;
    const [input] = started?.input?.payloads ?? [];
    const { state } = JSON.parse(Buffer.from(input?.data ?? []).toString()) as {
      state: { entries: Entry[] };
    };
    expect(summariesIn(state.entries)).toHaveLength(1);
    expect(state.entries.length).toBeLessThan(20);
  });

  it('is not summarised again where that would be little but the summary once more', async () => {
    const conversation = id();
    model = ({ turn }) => say(`answer ${turn}`, { crowded: true });
    summarise = () => 'x'.repeat(9_000);
    for (let turn = 1; turn <= 8; turn += 1) await ask(conversation, `m${turn}`);
    expect(summarised).toHaveLength(1);
    await ask(conversation, 'y'.repeat(9_000));
    await ask(conversation, 'z'.repeat(9_000));
    expect(summarised).toHaveLength(2);
  });

  it('is summarised within a turn between two steps, no call without its results', async () => {
    const conversation = id();
    model = ({ step }) =>
      step <= 6 ? call([`a${step}`, `b${step}`], step === 5 ? { crowded: true } : {}) : say('done');
    expect(await ask(conversation, 'much to do')).toBe('done');
    expect(summarised).toHaveLength(1);
    const last = summarised[0]?.words.at(-1) ?? '';
    expect(last).toMatch(/^[ab]\d$/);
    const step = Number(last[1]);
    expect(shown[5]?.slice(0, 2)).toEqual([`summary: of ${summarised[0]?.words.length}`, 'calls']);
    expect(shown[5]?.slice(2, 4).toSorted()).toEqual([`a${step + 1}`, `b${step + 1}`]);
    expect(await ask(conversation, '/undo')).toContain('in a summary by now');
    expect(await ask(conversation, '/retry')).toContain('in a summary by now');
    expect(await ask(conversation, '/branch')).toContain('in a summary by now');
    await ask(conversation, 'go on');
    expect(await ask(conversation, '/undo')).toContain('Taken back');
  });

  it('goes on without a summary where there is none to be had, says so in /status, and tries again in the next turn', async () => {
    const conversation = id();
    model = ({ turn, step }) =>
      turn === 4 && step === 1 ? call(['c'], { crowded: true }) : say(`answer ${turn}`, { crowded: true });
    summarise = () => {
      throw ApplicationFailure.nonRetryable('503: no', FAILURE.modelRefused);
    };
    for (const text of ['one', 'two', 'three', 'four']) await ask(conversation, text);
    expect(shown.at(-1)?.slice(0, 3)).toEqual(['one', 'answer 1', 'two']);
    // Once in each turn from the second on, although the fourth has two steps.
    expect(summarised).toHaveLength(3);
    expect(await ask(conversation, '/status')).toContain('summarising its older part failed: 503: no');
    summarise = () => 'at last';
    await ask(conversation, 'five');
    expect(shown.at(-1)?.[0]).toBe('summary: at last');
    expect(await ask(conversation, '/status')).not.toContain('failed');
  });

  it('that the model refuses as too long is summarised, and the model asked once more in the same turn', async () => {
    const conversation = id();
    model = (_, entries) => {
      if (words(entries).length > 6) throw tooLong();
      return say('short enough');
    };
    for (const text of ['one', 'two', 'three', 'four'])
      expect(await ask(conversation, text)).toBe('short enough');
    expect(summarised).toHaveLength(1);
    expect(shown.at(-2)?.[0]).toBe('one');
    expect(shown.at(-1)?.[0]).toBe('summary: of 4');
  });

  it('that is refused as too long and cannot be summarised loses its older part, and says so to the model', async () => {
    const conversation = id();
    model = (_, entries) => {
      if (words(entries).length > 6) throw tooLong();
      return say('short enough');
    };
    summarise = () => {
      throw ApplicationFailure.nonRetryable('content filter', FAILURE.modelRefused);
    };
    for (const text of ['one', 'two', 'three']) await ask(conversation, text);
    expect(await ask(conversation, 'four')).toBe('short enough');
    expect(shown.at(-1)?.[0]).toMatch(/^summary: \[.*could not be summarised/);
    expect(shown.at(-1)?.slice(1)).toEqual(['three', 'short enough', 'four']);
  });

  it('that is too long although there is nothing to leave out fails the turn, and the next one works', async () => {
    const conversation = id();
    model = (_, entries) => {
      if (words(entries).some((text) => text.startsWith('huge'))) throw tooLong();
      return say('fine');
    };
    expect(await ask(conversation, `huge ${'x'.repeat(9_000)}`)).toContain('prompt is too long');
    expect(summarised).toHaveLength(0);
    expect(await ask(conversation, 'and now?')).toBe('fine');
    expect(summarised[0]?.words[0]).toMatch(/^huge/);
  });

  it('/compact summarises at once and tells what it made of it', async () => {
    const conversation = id();
    expect(await ask(conversation, '/compact')).toContain('nothing to summarise');
    for (const text of ['one', 'two', 'x'.repeat(9_000), 'four', 'five']) await ask(conversation, text);
    expect(await ask(conversation, '/compact')).toMatch(/was (1\d|2\d) KB and is now 1 KB/);
    await ask(conversation, 'six');
    expect(shown.at(-1)?.[0]).toMatch(/^summary: of \d/);
    summarise = () => {
      throw ApplicationFailure.nonRetryable('no such model', FAILURE.modelRefused);
    };
    expect(await ask(conversation, '/compact')).toContain('could not be summarised: no such model');
    expect((await host.view(conversation)).usage).toEqual({ inputTokens: 160, outputTokens: 26 });
    expect(await ask(conversation, '/status')).toContain('failed: no such model');
    // There is room all the same.
    await ask(conversation, 'seven');
    expect(await ask(conversation, '/status')).not.toContain('failed');
  });

  it('is summarised by the agent and the model that were chosen', async () => {
    const conversation = id();
    model = ({ turn }) => say(`answer ${turn}`, turn === 3 ? { crowded: true } : {});
    for (const turn of [1, 2, 3, 4]) {
      await host.say(conversation, { text: `message ${turn}` }, { agent: 'helper' });
      await host.settled(conversation, turn);
    }
    expect(summarised[0]?.request).toMatchObject({ agent: 'helper' });
  });

  it('forgets the summary with /new, keeps it through /undo and /retry, and takes it along in a /branch', async () => {
    const conversation = id();
    model = ({ turn }) => say(`answer ${turn}`);
    for (const text of ['one', 'two', 'three', 'four', 'five']) await ask(conversation, text);
    await ask(conversation, '/compact');
    expect(await ask(conversation, '/undo')).toContain('five');
    await ask(conversation, '/retry');
    expect(shown.at(-1)).toEqual(['summary: of 6', 'four']);
    expect(await ask(conversation, '/branch 2')).toContain('Turn 2 is in the summary');
    const branched = await ask(conversation, '/branch');
    const copy = /`(web\/branch-[0-9a-f]+)`/.exec(branched)?.[1] ?? '';
    await ask(copy, 'in the copy');
    expect(shown.at(-1)).toEqual(['summary: of 6', 'four', 'answer 6', 'in the copy']);
    await ask(conversation, '/new');
    await ask(conversation, 'afresh');
    expect(shown.at(-1)).toEqual(['afresh']);
  });

  it('/stop during a summary ends the turn, and nothing of the conversation is lost', async () => {
    const conversation = id();
    model = ({ turn }) => say(`answer ${turn}`, turn === 2 ? { crowded: true } : {});
    for (const text of ['one', 'two']) await ask(conversation, text);
    summarise = async () => {
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 100);
      await context.cancelled.finally(() => clearInterval(beat));
      return 'too late';
    };
    const three = await host.say(conversation, { text: 'three' });
    await eventually(() => summarised.length === 1);
    const stop = await host.say(conversation, { text: '/stop' });
    const { entries } = await host.settled(conversation, 3);
    expect(entries.at(-1)).toMatchObject({ status: 'stopped', text: 'Stopped.', answers: [three, stop] });
    summarise = () => 'now';
    await ask(conversation, 'four');
    expect(summarised.at(-1)?.words.slice(0, 2)).toEqual(['one', 'answer 1']);
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
