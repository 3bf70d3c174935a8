import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createDue } from '../../activities/due.ts';
import type { DueRequest } from '../../activities/due-times.ts';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import type { DeliveryRequest } from '../../contract/delivery.ts';
import { dueOf, type Internal } from '../../contract/message.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import type { Origin } from '../../contract/origin.ts';
import { TASK_QUEUE } from '../../contract/queues.ts';
import { origin, type Schedule, type Timing } from '../../contract/schedule.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import {
  type ConversationView,
  type DeliveryTarget,
  reply,
  transcript,
  view,
} from '../../contract/signals.ts';
import type { Entry, ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import { toMessages } from '../../models/to-messages.ts';
import type { ScheduleStore } from '../../tools/schedules/schedule-store.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { startTemporal } from '../support/temporal-server.ts';

quietRuntime();
const usage = { inputTokens: 1, outputTokens: 1 };
const from: Origin = {
  // Asked for while the config had other queues than now.
  settings: {
    ...DEFAULT_SETTINGS,
    agent: 'butler',
    access: { role: 'owner', person: 'ada' },
    queues: 'split',
  },
  sender: { id: '7', name: 'Ada' },
  returnAddress: { serviceUrl: 'https://teams.example' },
};

/** The workflow `due` with its real activities, on a real server with the production bundle; model and platform are the test's. */
describe('what is due', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  let connection: NativeConnection;
  let store: ScheduleStore;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  /** What the model was shown. */
  let shown: Entry[];
  let sent: { text: string; target: DeliveryTarget }[];
  let gate: PromiseWithResolvers<void> | undefined;
  let asked: (Origin | undefined)[];
  let found: DueRequest[];

  beforeAll(async () => {
    server = await startTemporal();
    store = createScheduleStore(server.client);
    connection = await NativeConnection.connect({ address: server.address });
    worker = await startWorker();
  });
  afterAll(async () => {
    await worker?.stop();
    await connection?.close();
    await server?.stop();
  });
  beforeEach(() => {
    [shown, sent, asked, found] = [[], [], [], []];
    gate = undefined;
  });

  async function startWorker() {
    const handle = () => {
      const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
      return server.client.workflow.getHandle(workflowId, runId);
    };
    const real = createDue({ client: server.client, queues: 'one', schedules: store });
    const running = await Worker.create({
      connection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: {
        ...real,
        findDue(request: DueRequest) {
          found.push(request);
          return real.findDue(request);
        },
        async callModel({ upTo, turn }: ModelRequest): Promise<ModelStep> {
          shown = (await handle().query(transcript, { upTo, turn })).entries;
          asked.push(await handle().query(origin));
          await gate?.promise;
          return { content: [{ type: 'text', text: `answer ${turn}` }], calls: [], usage };
        },
        async deliver(request: DeliveryRequest) {
          const { entry, target } = await handle().query(reply, request.reply);
          sent.push({ text: entry.text, target });
          return { receipt: { messageId: `${100 + sent.length}` }, next: null };
        },
      },
    });
    const ended = running.run();
    return {
      async stop() {
        running.shutdown();
        await ended;
      },
    };
  }

  const somewhere = () => `telegram/${crypto.randomUUID()}`;
  const soon = (ms: number): Timing => ({ kind: 'once', at: Math.ceil((Date.now() + ms) / 1000) * 1000 });
  const make = (conversation: string, timing: Timing, as: Schedule['as'] = 'message'): Promise<Schedule> =>
    store.create({
      conversation,
      key: crypto.randomUUID(),
      text: 'water the plants',
      as,
      timing,
      timeZone: 'Europe/Berlin',
      origin: from,
    });
  const read = (conversation: string): Promise<ConversationView> =>
    server.client.workflow.getHandle(conversation).query(view, 0);
  const usersIn = ({ entries }: ConversationView) =>
    entries.filter((entry): entry is UserEntry => entry.kind === 'user');
  const replies = (conversation: string, count: number): Promise<ReplyEntry[]> =>
    eventually(async () => {
      const { entries, status } = await read(conversation);
      const said = entries.filter((entry): entry is ReplyEntry => entry.kind === 'reply');
      return status === 'idle' && said.length >= count && said;
    });

  it('is told as a message, to where it was asked for, and then it is over', async () => {
    const conversation = somewhere();
    const { id } = await make(conversation, soon(1_000));
    expect(await replies(conversation, 1)).toMatchObject([
      { text: '⏰ water the plants', answers: [`schedule/${id}`] },
    ]);
    await eventually(() => sent.length > 0);
    expect(sent).toMatchObject([
      { text: '⏰ water the plants', target: { returnAddress: from.returnAddress } },
    ]);
    expect(sent[0]?.target.inReplyTo).toBeUndefined();
    await eventually(async () => (await store.list(conversation)).length === 0);
    expect(shown).toEqual([]);
  });

  it('is a turn under the settings of who asked for it, whose model knows that nobody wrote it just now', async () => {
    const conversation = somewhere();
    const { id } = await make(conversation, soon(1_000), 'turn');
    expect(await replies(conversation, 1)).toMatchObject([{ text: 'answer 1' }]);
    expect(shown).toMatchObject([{ kind: 'user', sender: from.sender, internal: { kind: 'schedule', id } }]);
    expect(toMessages(shown)).toMatchObject([
      {
        role: 'user',
        content: expect.stringMatching(
          new RegExp(
            String.raw`^\[Not written just now: this is the schedule ${id}, due \w+day \d+ \w+ \d{4}, \d\d:\d\d \(Europe/Berlin\)\. Do what it says, and tell the user\.\]\n\nwater the plants$`,
          ),
        ),
      },
    ]);
    // What it schedules in turn is on the same behalf.
    expect(asked).toEqual([{ ...from, settings: { ...from.settings, whileBusy: 'queue', queues: 'one' } }]);
  });

  it('is told once, however often it is put there', async () => {
    const conversation = somewhere();
    const schedule = await make(conversation, { kind: 'every', everyMs: 3_600_000 });
    const { putDue } = createDue({ client: server.client, queues: 'one', schedules: store });
    const due = { id: schedule.id, dueAt: Date.now(), when: 'now' };
    const start = { schedule, origin: from };
    const { MockActivityEnvironment } = await import('@temporalio/testing');
    const put = (what = due) => new MockActivityEnvironment().run(putDue, { start, due: what });
    for (let time = 0; time < 3; time += 1) await put();
    await put({ ...due, dueAt: due.dueAt + 1 });
    await replies(conversation, 2);
    await sleep(500);
    expect(sent.map(({ text }) => text)).toEqual(['⏰ water the plants', '⏰ water the plants']);
    await store.remove(schedule);
  });

  it('does not wait for a turn as a message, and waits for its own turn otherwise', async () => {
    const conversation = somewhere();
    gate = Promise.withResolvers();
    await server.client.workflow.signalWithStart('conversation', {
      workflowId: conversation,
      taskQueue: TASK_QUEUE,
      args: [{ platform: 'telegram', conversation: conversation.slice('telegram/'.length) }],
      signal: 'receive',
      signalArgs: [{ id: 'm1', text: 'hello', messageId: '41' }, DEFAULT_SETTINGS],
    });
    await eventually(() => shown.length > 0);
    await Promise.all([make(conversation, soon(1_000)), make(conversation, soon(1_000), 'turn')]);
    await eventually(() => sent.length === 1);
    expect(sent[0]?.text).toBe('⏰ water the plants');
    gate.resolve();
    expect((await replies(conversation, 3)).map(({ text }) => text)).toEqual([
      '⏰ water the plants',
      'answer 1',
      'answer 2',
    ]);
    // An unrecorded message of ours is looked for after the newest that was known when it was due.
    expect(sent.map(({ target }) => target.sentAfter)).toEqual([
      '41',
      '41',
      expect.stringMatching(/^(41|10\d)$/),
    ]);
  });

  it('is told of all its times and of none twice, while workers come and go', async () => {
    const conversation = somewhere();
    const EVERY = 2_000;
    const schedule = await make(conversation, { kind: 'every', everyMs: EVERY });
    await replies(conversation, 2);
    await worker.stop();
    await sleep(9_000);
    worker = await startWorker();
    await replies(conversation, 5);
    await store.remove(schedule);
    await sleep(EVERY);

    const told = usersIn(await read(conversation)).map(({ internal }) => dueOf(internal as Internal));
    const several = told.filter((due) => due?.several);
    expect(several[0]?.several?.times).toBeGreaterThanOrEqual(4);
    expect(several[0]?.late).toMatch(/^due \d times since \w+day .*, the last time \w+day .*; told once$/);
    const times = told.flatMap((due) => {
      const { since = due?.dueAt ?? 0 } = due?.several ?? {};
      return Array.from({ length: due?.several?.times ?? 1 }, (_, index) => since + index * EVERY);
    });
    expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index * EVERY));
    // Each begins where the one before ended.
    for (const [index, { toldUntil = 0 }] of found.slice(1).entries())
      expect(toldUntil).toBeGreaterThanOrEqual(found[index]?.nominal ?? 0);
    for (const due of several) expect(times).toContain(due?.dueAt);
    const before = sent.length;
    await sleep(2 * EVERY);
    expect(sent).toHaveLength(before);
  });

  it('is not told if it was removed before anybody could', async () => {
    const conversation = somewhere();
    const gone = await make(conversation, soon(2_000));
    const kept = await make(conversation, soon(2_000));
    const again = await make(conversation, { kind: 'every', everyMs: 2_000 });
    await worker.stop();
    await sleep(4_000);
    expect(await store.remove(gone)).toBe(true);
    expect(await store.remove(again)).toBe(true);
    worker = await startWorker();
    await replies(conversation, 1);
    await sleep(2_000);
    expect((await read(conversation)).entries.filter(({ kind }) => kind === 'reply')).toMatchObject([
      { answers: [`schedule/${kept.id}`] },
    ]);
    expect(await store.list(conversation)).toEqual([]);
  });

  it('can be started by hand in the UI of Temporal', async () => {
    const conversation = somewhere();
    const schedule = await make(conversation, { kind: 'cron', cron: '0 0 1 1 *' });
    await server.client.schedule.getHandle(`${conversation}/${schedule.id}`).trigger();
    expect(await replies(conversation, 1)).toMatchObject([{ text: '⏰ water the plants' }]);
    await store.remove(schedule);
  });

  it('leaves histories that replay', async () => {
    const histories = server.client.workflow.list().intoHistories();
    const bundle = { workflowBundle: { codePath: inject('workflowBundle') } };
    let replayed = 0;
    for await (const result of Worker.runReplayHistories(bundle, {
      async *[Symbol.asyncIterator]() {
        for await (const history of histories)
          if (!history.workflowId.startsWith('temporal-sys')) yield history;
      },
    })) {
      if (result.error) throw result.error;
      replayed += 1;
    }
    expect(replayed).toBeGreaterThan(10);
  });
});
