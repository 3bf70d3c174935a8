import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createFindEnded } from '../../activities/find-ended.ts';
import { createFork } from '../../activities/fork.ts';
import { FAILURE } from '../../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import { taskWorkflowId } from '../../contract/task.ts';
import type { PlannedCall, ToolRun } from '../../contract/tool-call.ts';
import type { Entry, ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
type Plan = PlannedCall extends infer P ? (P extends { id: string } ? Omit<P, 'id'> : never) : never;

const usage = { inputTokens: 10, outputTokens: 1 };
const limits = { steps: 5, seconds: 600, failures: 2 };
const say = (text: string): ModelStep => ({ content: [{ type: 'text', text }], calls: [], usage });
const step = (...calls: [name: string, plan: Plan][]): ModelStep => {
  const ids = calls.map(() => crypto.randomUUID().slice(0, 8));
  return {
    content: calls.map(([toolName], n) => ({
      type: 'tool-call',
      toolCallId: ids[n] ?? '',
      toolName,
      input: {},
    })),
    calls: calls.map(([, planned], n) => Object.assign({ id: ids[n] ?? '' }, planned)),
    usage,
  };
};
const delegate = (task: string, more: object = {}): [string, Plan] => [
  'delegate',
  { workflow: { kind: 'delegate', task, limits, maxTasks: 4, maxDepth: 1, ...more } },
];
const tool = (name: string, more: object = {}): [string, Plan] => [
  name,
  { policy: { effect: 'read', timeoutMs: 20_000, attempts: 1, ...more } },
];
const approval = { shown: '`gated`', scope: '', expireMs: 60_000 };

const repliesIn = (entries: Entry[]) =>
  entries.filter((entry): entry is ReplyEntry => entry.kind === 'reply');
const reportsIn = (entries: Entry[]) =>
  entries.filter((entry): entry is UserEntry => entry.kind === 'user' && entry.internal?.kind === 'task');
const lastUser = (entries: Entry[]) => entries.findLast((entry) => entry.kind === 'user')?.text ?? '';
const outputs = (entries: Entry[]) =>
  entries.flatMap((entry) => (entry.kind === 'tool' ? [entry.output] : []));

/** Events after which the server suggests continue-as-new: tasks outlive many runs of their conversations. */
const SHORT_RUN = 40;

describe('tasks', () => {
  let host: Host;
  /** What the model of a conversation answers, and that of a task. */
  let parent: (request: ModelRequest, seen: TranscriptView) => ModelStep | Promise<ModelStep>;
  let child: (task: string, request: ModelRequest, seen: TranscriptView) => ModelStep | Promise<ModelStep>;
  let toolRuns: ToolRun[];
  /** Runs of the tool `hold`, which runs until it is cancelled, that have ended. */
  let ended: number;
  /** Held tools go on when it is resolved. */
  let gate: PromiseWithResolvers<void>;
  let conversation: string;
  /** Standing approvals are known when it is resolved. */
  let granting: Promise<void>;

  beforeAll(async () => {
    host = await hostConversations(
      {
        async callModel(request: ModelRequest) {
          const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
          const { upTo, turn } = request;
          const handle = host.client.workflow.getHandle(workflowId, runId);
          const seen = await handle.query(transcript, { upTo, turn });
          if (!workflowId.startsWith('task:')) return parent(request, seen);
          const [first] = seen.entries;
          return child(first?.kind === 'user' ? first.text : '', request, seen);
        },
        async look(run: ToolRun) {
          toolRuns.push(run);
          await beating(gate.promise);
          return 'seen';
        },
        async gated(run: ToolRun) {
          toolRuns.push(run);
          return 'done by permission';
        },
        async pay() {
          throw ApplicationFailure.retryable('the worker was shut down', FAILURE.interrupted);
        },
        async hold() {
          await beating(Context.current().cancelled.catch(() => {}));
          ended += 1;
          throw new Error('cancelled');
        },
        async big() {
          return 'x'.repeat(64_000);
        },
        async draw() {
          return {
            output: 'drawn',
            files: [{ name: 'a.txt', mediaType: 'text/plain', url: 'data:text/plain;base64,YQ==' }],
          };
        },
        fork: (request: { copy: string }) => createFork({ client: host.client })(request),
        async findGrant() {
          await granting;
          return false;
        },
        findEnded: (workflows: string[]) => createFindEnded({ client: host.client })(workflows),
      },
      ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${SHORT_RUN}`],
    );
  });
  afterAll(() => host?.stop());
  afterEach(() => gate.resolve());
  beforeEach(() => {
    conversation = `web/${crypto.randomUUID()}`;
    toolRuns = [];
    ended = 0;
    gate = Promise.withResolvers();
    granting = Promise.resolve();
    parent = delegates('one');
    child = (task) => say(`result of ${task}`);
  });

  /** A model that delegates these at the message `go`, and otherwise echoes what it last heard. */
  function delegates(...tasks: string[]): typeof parent {
    return ({ step: number }, { entries }) => {
      const turn = entries.at(-1)?.turn;
      const said = entries.filter((entry) => entry.turn === turn && entry.kind === 'user');
      const asked = said.some((entry) => entry.kind === 'user' && entry.text === 'go');
      if (asked && number === 1) return step(...tasks.map((task) => delegate(task)));
      return say(`heard: ${lastUser(entries)}`);
    };
  }
  const view = () => host.view(conversation);
  const currentRun = async () => (await host.client.workflow.getHandle(conversation).describe()).runId;
  const replies = async () => repliesIn((await view()).entries);
  const runningTasks = async (count: number) =>
    eventually(
      async () => {
        const { tasks } = await view();
        return tasks.length === count && { tasks };
      },
      { what: `${count} tasks run` },
    ).then(({ tasks }) => tasks);
  const handleOf = (id: string) => host.client.workflow.getHandle(taskWorkflowId(conversation, id));
  const reply = (fits: (entry: ReplyEntry) => boolean) =>
    eventually(async () => (await replies()).find(fits));

  it('run side by side while the conversation chats, and each reports once', async () => {
    parent = delegates('one', 'two', 'three');
    child = (task, { step: number }) => (number === 1 ? step(tool('look')) : say(`result of ${task}`));
    await host.say(conversation, { text: 'go', sender: { id: '7', name: 'Ann' } });
    expect((await runningTasks(3)).map(({ task }) => task).toSorted()).toEqual(['one', 'three', 'two']);
    await eventually(() => toolRuns.length === 3);
    await host.say(conversation, { text: 'how are you?' });
    await reply(({ text }) => text === 'heard: how are you?');
    expect((await view()).tasks).toHaveLength(3);
    gate.resolve();
    await eventually(async () => reportsIn((await view()).entries).length === 3);
    const { entries, tasks, usage: spent } = await host.settled(conversation, 3);
    expect(tasks).toEqual([]);
    for (const task of ['one', 'two', 'three'])
      expect(reportsIn(entries).filter(({ text }) => text.includes(`result of ${task}`))).toHaveLength(1);
    // Tools know whose conversation it is, and are called by keys that are no other call's.
    expect(new Set(toolRuns.map((run) => run.conversation))).toEqual(new Set([conversation]));
    expect(new Set(toolRuns.map((run) => run.idempotencyKey)).size).toBe(3);
    expect(toolRuns.map((run) => run.sender?.name)).toEqual(['Ann', 'Ann', 'Ann']);
    expect(new Set(toolRuns.map((run) => run.task)).size).toBe(3);
    // Two steps of each task, and those of the conversation.
    const steps = entries.filter(({ kind }) => kind === 'assistant').length;
    expect(spent.inputTokens).toBe(10 * (steps + 6));
  });

  it('are refused where as many run as may, and may be started again when one has ended', async () => {
    parent = ({ step: number }, { entries }) =>
      number === 1 && lastUser(entries).startsWith('go')
        ? step(...['a', 'b', 'c'].map((task) => delegate(`${task} of ${lastUser(entries)}`, { maxTasks: 2 })))
        : say('ok');
    child = (task, { step: number }) =>
      number === 1 && task.endsWith('go') ? step(tool('look')) : say('done');
    await host.say(conversation, { text: 'go' });
    await runningTasks(2);
    const { entries } = await host.settled(conversation, 1);
    expect(outputs(entries).filter((text) => text.includes('was started'))).toHaveLength(2);
    expect(outputs(entries).find((text) => text.startsWith('Not started'))).toMatch(
      /2 tasks are running, and 2 is the most[^]*Running tasks:\n\n- `[0-9a-f]{8}` a of go\n/,
    );
    gate.resolve();
    await runningTasks(0);
    await host.say(conversation, { text: 'go again' });
    await eventually(
      async () => outputs((await view()).entries).filter((text) => text.includes('was started')).length === 4,
    );
  });

  it('may not delegate deeper than is allowed', async () => {
    child = (_, { step: number }, { entries }) =>
      number === 1 ? step(delegate('deeper')) : say(`told: ${outputs(entries).join()}`);
    await host.say(conversation, { text: 'go' });
    const [report] = await eventually(async () => {
      const reports = reportsIn((await view()).entries);
      return reports.length > 0 && reports;
    });
    expect(report?.text).toContain(']\n\ntold: Not started: a sub-agent may not delegate any further here.');
    const { tasks } = await host.settled(conversation, 2);
    expect(tasks).toEqual([]);
  });

  it('of tasks are waited for, with what became of them and what they spent', async () => {
    parent = ({ step: number }, { entries }) =>
      number === 1 && lastUser(entries) === 'go' ? step(delegate('outer', { maxDepth: 2 })) : say('heard');
    const inner = { maxDepth: 2, maxTasks: 2 };
    child = (task, { step: number }, { entries, depth }) => {
      if (depth === 2)
        return number === 1 && task === 'x' ? step(tool('pay', { effect: 'once' })) : say(`[${task}]`);
      return number === 1
        ? step(delegate('x', inner), delegate('y', inner), delegate('z', inner))
        : say(`got ${outputs(entries).toSorted().join(' ')}`);
    };
    await host.say(conversation, { text: 'go' });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    const { entries, usage: spent } = await host.settled(conversation, 2);
    const [report] = reportsIn(entries);
    expect(report?.text).toContain('got Not started: 2 tasks are running');
    expect(report?.text).toContain('[x] [y]');
    expect(repliesIn(entries).at(-1)?.text).toContain('The outcome of `pay` is unknown');
    // Three steps of the conversation, two of the outer task, three of its own.
    expect(spent.inputTokens).toBe(10 * 8);
  });

  it('/stop with its id stops one: its tool is cancelled, it reports that once, and the others go on', async () => {
    parent = delegates('one', 'two');
    child = (task, { step: number }) =>
      number === 1 ? step(tool(task === 'one' ? 'hold' : 'look')) : say(`result of ${task}`);
    await host.say(conversation, { text: 'go' });
    const tasks = await runningTasks(2);
    const one = tasks.find(({ task }) => task === 'one');
    await eventually(async () => (await details(one?.id)).includes('running `hold`'));
    await host.say(conversation, { text: `/stop ${one?.id}` });
    await reply(({ text }) => text.startsWith(`Being stopped: \`${one?.id}\` (one)`));
    const [report] = await eventually(async () => {
      const reports = reportsIn((await view()).entries);
      return reports.length > 0 && reports;
    });
    expect(report?.text).toContain(`report of task ${one?.id}, “one”: it was stopped before its end`);
    // Only once its tool had ended.
    expect(ended).toBe(1);
    await eventually(async () => (await handleOf(one?.id ?? '').describe()).status.name === 'CANCELLED');
    expect((await view()).tasks.map(({ task }) => task)).toEqual(['two']);
    gate.resolve();
    await eventually(async () => reportsIn((await view()).entries).length === 2);
    await host.say(conversation, { text: `/stop ${one?.id}` });
    await reply(({ text }) => text.startsWith(`There is no task \`${one?.id}\`, or it has ended.`));
    expect(reportsIn((await view()).entries)).toHaveLength(2);
  });

  async function details(id = ''): Promise<string> {
    const { currentDetails } = await handleOf(id).query<{ currentDetails: string }>(
      '__temporal_workflow_metadata',
    );
    return currentDetails;
  }

  it('/stop stops the turn and no task; /stop all both', async () => {
    parent = ({ step: number }, { entries }) => {
      const text = lastUser(entries);
      if (text === 'go' && number === 1) return step(delegate('one'), delegate('two'));
      return text === 'work' && number === 1 ? step(tool('hold')) : say(`heard: ${text}`);
    };
    child = (_, { step: number }) => (number === 1 ? step(tool('hold')) : say('never'));
    await host.say(conversation, { text: 'go' });
    const tasks = await runningTasks(2);
    for (const { id } of tasks) await eventually(async () => (await details(id)).includes('running `hold`'));
    for (const stop of ['/stop', '/stop all']) {
      await host.say(conversation, { text: 'work' });
      await eventually(async () => (await view()).running.some(({ name }) => name === 'hold'));
      const id = await host.say(conversation, { text: stop });
      await reply((entry) => entry.status === 'stopped' && entry.answers.includes(id));
      if (stop === '/stop') expect((await view()).tasks).toHaveLength(2);
    }
    await eventually(async () => reportsIn((await view()).entries).length === 2);
    expect((await view()).tasks).toEqual([]);
    for (const { text } of reportsIn((await view()).entries)) expect(text).toContain('it was stopped');
  });

  it('are not told as failed when what stops with them fails', async () => {
    const asked = Promise.withResolvers<void>();
    child = async () => {
      asked.resolve();
      await beating(Context.current().cancelled.catch(() => {}));
      throw ApplicationFailure.nonRetryable('boom', FAILURE.modelUnavailable);
    };
    await host.say(conversation, { text: 'go' });
    await host.settled(conversation, 1);
    await asked.promise;
    await host.say(conversation, { text: '/stop all' });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    expect(reportsIn((await view()).entries)[0]?.text).toContain('it was stopped');
  });

  it('/stop of the turn that delegated them stops none', async () => {
    parent = ({ step: number }, { entries }) => {
      if (lastUser(entries) !== 'go') return say(`heard: ${lastUser(entries)}`);
      return number === 1 ? step(delegate('one')) : step(tool('hold'));
    };
    const released = Promise.withResolvers<void>();
    child = async (task) => {
      await released.promise;
      return say(`result of ${task}`);
    };
    await host.say(conversation, { text: 'go' });
    await eventually(async () => (await view()).running.some(({ name }) => name === 'hold'));
    await host.say(conversation, { text: '/stop' });
    await reply(({ status }) => status === 'stopped');
    released.resolve();
    const told = await reply(({ text }) => text.includes('[report of task'));
    expect(told.text).toMatch(/“one”: it is done\][^]*result of one/);
  });

  it('are stopped by the agent too, and listed to it when it names none that runs', async () => {
    let id = '';
    parent = ({ step: number }, { entries }) => {
      const text = lastUser(entries);
      if (text === 'go' && number === 1) return step(delegate('one'));
      if (text.startsWith('cancel') && number === 1)
        return step(['cancel_task', { workflow: { kind: 'cancel_task', task: text.slice(7) } }]);
      return say(`heard: ${text}`);
    };
    child = (_, { step: number }) => (number === 1 ? step(tool('hold')) : say('never'));
    await host.say(conversation, { text: 'go' });
    id = (await runningTasks(1))[0]?.id ?? '';
    await host.say(conversation, { text: 'cancel nothing' });
    await eventually(async () =>
      outputs((await view()).entries).some((text) =>
        text.startsWith(`There is no task \`nothing\`, or it has ended. Running tasks:\n\n- \`${id}\` one`),
      ),
    );
    await host.say(conversation, { text: `cancel ${id}` });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    expect(reportsIn((await view()).entries)[0]?.text).toContain('it was stopped');
  });

  it.each(['steer', 'queue', 'interrupt'] as const)(
    'that report while a turn runs break nothing off (%s)',
    async (whileBusy) => {
      parent = ({ step: number }, { entries }) => {
        const text = lastUser(entries);
        if (text === 'go' && number === 1) return step(delegate('one'));
        return text === 'work' && number === 1 ? step(tool('look')) : say(`heard: ${text.slice(0, 20)}`);
      };
      const released = Promise.withResolvers<void>();
      child = async (task) => {
        await released.promise;
        return say(`result of ${task}`);
      };
      await host.say(conversation, { text: 'go' }, { whileBusy });
      await host.settled(conversation, 1);
      await host.say(conversation, { text: 'work' }, { whileBusy });
      await eventually(async () => (await view()).running.length === 1);
      released.resolve();
      await eventually(async () => (await view()).tasks.length === 0);
      gate.resolve();
      const { entries } = await host.settled(conversation, whileBusy === 'steer' ? 2 : 3);
      expect(reportsIn(entries)).toHaveLength(1);
      expect(repliesIn(entries).map(({ status }) => status)).not.toContain('interrupted');
      expect(repliesIn(entries).at(-1)?.text).toContain('heard: [report of task');
      expect(repliesIn(entries).at(-1)?.answers).toContain(reportsIn(entries)[0]?.id);
    },
  );

  it('go on from run to run of their conversation, and report to the one that there is', async () => {
    const released = Promise.withResolvers<void>();
    child = async (task) => {
      await released.promise;
      return say(`result of ${task}`);
    };
    await host.say(conversation, { text: 'go' });
    const [running] = await runningTasks(1);
    const first = await currentRun();
    for (let n = 1; n < 12; n += 1) {
      await host.say(conversation, { text: `message ${n}` });
      await host.settled(conversation, n + 1);
    }
    expect(await currentRun()).not.toBe(first);
    expect((await view()).tasks).toEqual([running]);
    released.resolve();
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    const { tasks, entries } = await host.settled(conversation, 1);
    expect(tasks).toEqual([]);
    expect(repliesIn(entries).at(-1)?.text).toContain('result of one');
    // A report that comes again, whatever it says, is not told again.
    const report = { id: running?.id ?? '', outcome: 'done' as const, text: 'again', usage, unknown: [] };
    await host.client.workflow.getHandle(conversation).signal('reported', report);
    await host.say(conversation, { text: 'end' });
    await reply(({ text }) => text === 'heard: end');
    expect(reportsIn((await view()).entries)).toHaveLength(1);
  });

  it('that fail say why, and what they had said; and a report that no model can word is shown as it is', async () => {
    parent = ({ step: number }, { entries }) => {
      if (lastUser(entries) === 'go' && number === 1) return step(delegate('one'));
      if (lastUser(entries) === 'go') return say('started');
      throw ApplicationFailure.nonRetryable('401 wrong key', FAILURE.modelRefused);
    };
    child = (_, { step: number }) => {
      if (number > 1) throw ApplicationFailure.nonRetryable('no more money', FAILURE.modelRefused);
      const calls = step(tool('gated'));
      return { ...calls, content: [{ type: 'text', text: 'half of it' }, ...calls.content] };
    };
    await host.say(conversation, { text: 'go' });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    const { entries } = await host.settled(conversation, 2);
    const [report] = reportsIn(entries);
    expect(report?.text).toMatch(
      /“one”: it could not be done\]\n\nhalf of it\n\nIt ended early: the model refused the request: no more money\. \(reference [0-9a-f]{8}\)/,
    );
    const last = repliesIn(entries).at(-1);
    expect(last?.status).toBe('failed');
    expect(last?.text).toContain('401 wrong key');
    expect(last?.text).toContain('half of it');
  });

  it('that go in circles end within their own steps', async () => {
    child = () => step(tool('gated'));
    await host.say(conversation, { text: 'go' });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    expect(reportsIn((await view()).entries)[0]?.text).toContain('within 5 steps');
    expect(toolRuns).toHaveLength(5);
  });

  it('tell the user of an unknown outcome, whatever the model makes of it, and send their files along', async () => {
    parent = ({ step: number }, { entries }) =>
      lastUser(entries) === 'go' && number === 1 ? step(delegate('one')) : say('All is well.');
    child = (_, { step: number }) =>
      number === 1 ? step(tool('pay', { effect: 'once' }), tool('draw')) : say('paid, I think');
    await host.say(conversation, { text: 'go' });
    const told = await reply(({ text }) => text.includes('unknown'));
    expect(told.text).toBe(
      'All is well.\n\n⚠️ The outcome of `pay` is unknown: it was cut short while it ran. It was not run again.',
    );
    expect(told.files).toMatchObject([{ name: 'a.txt' }]);
    const [report] = reportsIn((await view()).entries);
    expect(report?.text).toContain('The outcome of `pay` is unknown.');
    expect(report?.internal).toEqual({ kind: 'task', id: report?.id.slice('task/'.length) });
  });

  it('that were ended from outside are told of and listed no more, once somebody looks', async () => {
    child = (_, { step: number }) => (number === 1 ? step(tool('look')) : say('never'));
    await host.say(conversation, { text: 'go' });
    const [running] = await runningTasks(1);
    await host.settled(conversation, 1);
    await handleOf(running?.id ?? '').terminate();
    await host.say(conversation, { text: '/status' });
    await eventually(async () => reportsIn((await view()).entries).length === 1);
    expect(reportsIn((await view()).entries)[0]?.text).toContain('it was ended from outside');
    expect((await view()).tasks).toEqual([]);
  });

  it.each(['', 'a new one'])(
    'whose conversation is gone end without a report (after it: %j)',
    async (next) => {
      const released = Promise.withResolvers<void>();
      child = async () => {
        await released.promise;
        return say('to nobody');
      };
      await host.say(conversation, { text: 'go' });
      const [running] = await runningTasks(1);
      await host.client.workflow.getHandle(conversation).terminate();
      if (next !== '') await host.say(conversation, { text: next });
      released.resolve();
      await eventually(
        async () => (await handleOf(running?.id ?? '').describe()).status.name === 'COMPLETED',
      );
      if (next === '') await host.say(conversation, { text: 'later' });
      const { entries, tasks } = await host.settled(conversation, 1);
      expect(reportsIn(entries)).toEqual([]);
      expect(tasks).toEqual([]);
    },
  );

  it('are not those of a branch', async () => {
    const released = Promise.withResolvers<void>();
    child = async () => {
      await released.promise;
      return say('done');
    };
    await host.say(conversation, { text: 'go' });
    await runningTasks(1);
    await host.settled(conversation, 1);
    await host.say(conversation, { text: '/branch' });
    const told = await reply(({ text }) => text.includes('web/branch-'));
    const copy = /web\/branch-[0-9a-f]{8}/.exec(told.text)?.[0] ?? '';
    expect((await host.view(copy)).tasks).toEqual([]);
    released.resolve();
    await runningTasks(0);
    expect(reportsIn((await host.view(copy)).entries)).toEqual([]);
  });

  it('that do and read too much for one run end with a word, not by Temporal', async () => {
    const much = Array.from({ length: 30 }, () => tool('big'));
    parent = ({ step: number }, { entries }) =>
      number === 1 && lastUser(entries) === 'go'
        ? step(delegate('one', { limits: { ...limits, steps: 100 } }))
        : say('heard');
    child = () => step(...much);
    await host.say(conversation, { text: 'go' });
    await eventually(async () => reportsIn((await view()).entries).length === 1, { ms: 90_000 });
    expect(reportsIn((await view()).entries)[0]?.text).toContain('it did and read more than one turn may');
  }, 120_000);

  describe('that need an approver', () => {
    beforeEach(() => {
      child = (_, { step: number }, { entries }) =>
        number === 1 ? step(tool('gated', { approval })) : say(`so: ${outputs(entries).join()}`);
    });
    const approver = { access: { role: 'approver' } } as const;
    const pending = () =>
      eventually(async () => {
        const [first] = (await view()).approvals;
        return first;
      });
    const report = () => eventually(async () => reportsIn((await view()).entries)[0]);

    it('ask in the conversation, which chats on, from run to run, and go on when it is decided there', async () => {
      await host.say(conversation, { text: 'go' });
      const { id, task } = await pending();
      expect(task).toBe((await view()).tasks[0]?.id);
      const first = await currentRun();
      for (let n = 1; n < 8; n += 1) {
        await host.say(conversation, { text: `message ${n}` });
        await host.settled(conversation, n + 1);
      }
      expect(await currentRun()).not.toBe(first);
      expect(await pending()).toMatchObject({ id, tool: 'gated' });
      expect(toolRuns).toEqual([]);
      await host.say(conversation, { text: `/approve ${id}` });
      await reply(({ text }) => text.startsWith('Only an approver'));
      await host.say(conversation, { text: `/approve ${id}` }, approver);
      expect((await report()).text).toContain('so: done by permission');
      const { entries, approvals } = await host.settled(conversation, 2);
      expect(approvals).toEqual([]);
      expect(entries.filter(({ kind }) => kind === 'decision')).toMatchObject([{ id, outcome: 'approved' }]);
      expect(toolRuns).toHaveLength(1);
    });

    it('are told of a refusal', async () => {
      await host.say(conversation, { text: 'go' });
      const { id } = await pending();
      await host.say(conversation, { text: `/deny ${id}` }, approver);
      expect((await report()).text).toContain('gated was not run: it needs the approval of an approver');
      expect(toolRuns).toEqual([]);
    });

    it('are not asked for once they have ended', async () => {
      const known = Promise.withResolvers<void>();
      granting = known.promise;
      await host.say(conversation, { text: 'go' });
      const [running] = await runningTasks(1);
      await eventually(async () => (await details(running?.id)).includes('running `gated`'));
      await host.say(conversation, { text: `/stop ${running?.id}` });
      await report();
      known.resolve();
      await host.say(conversation, { text: 'end' });
      await reply(({ text }) => text === 'heard: end');
      const { entries } = await view();
      expect(entries.filter(({ kind }) => kind === 'approval')).toEqual([]);
    });

    it('are told when nobody decided in time', async () => {
      child = (_, { step: number }, { entries }) =>
        number === 1
          ? step(tool('gated', { approval: { ...approval, expireMs: 1_500 } }))
          : say(`so: ${outputs(entries).join()}`);
      await host.say(conversation, { text: 'go' });
      await pending();
      expect((await report()).text).toContain('nobody allowed it in time');
      expect((await view()).approvals).toEqual([]);
    });

    it('do not hold up the turn, and /stop of the turn does not take their request back; its own /stop does', async () => {
      parent = ({ step: number }, { entries }) => {
        const text = lastUser(entries);
        if (text === 'go' && number === 1) return step(delegate('one'));
        return text === 'work' && number === 1 ? step(tool('hold')) : say(`heard: ${text}`);
      };
      await host.say(conversation, { text: 'go' });
      const { id, task } = await pending();
      await host.settled(conversation, 1);
      await host.say(conversation, { text: 'work' });
      await eventually(async () => (await view()).running.some(({ name }) => name === 'hold'));
      expect((await view()).status).toBe('running');
      await host.say(conversation, { text: '/stop' });
      await reply(({ status }) => status === 'stopped');
      expect(await pending()).toMatchObject({ id });
      await host.say(conversation, { text: `/stop ${task}` });
      expect((await report()).text).toContain('it was stopped');
      await eventually(async () => (await view()).approvals.length === 0);
      await eventually(async () =>
        (await view()).entries.some((entry) => entry.kind === 'decision' && entry.outcome === 'cancelled'),
      );
      await host.say(conversation, { text: `/approve ${id}` }, approver);
      await reply(({ text }) => text === 'Nothing waits for approval.');
      expect(toolRuns.filter((run) => run.task !== undefined)).toEqual([]);
    });
  });

  it('leave histories that replay', async () => {
    const query = `WorkflowType IN ('conversation', 'task')`;
    let count = 0;
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      host.client.workflow.list({ query }).intoHistories(),
    )) {
      expect(error).toBeUndefined();
      count += 1;
    }
    expect(count).toBeGreaterThan(40);
  });
});

/** Waits as an activity that says that it lives. */
async function beating(work: Promise<unknown>): Promise<void> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 100);
  await work;
  clearInterval(beat);
}
