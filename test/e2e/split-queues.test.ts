import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QUEUE_OF, WORK, type Work } from '../../contract/queues.ts';
import { PROJECT } from '../support/build.ts';
import type { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';
import type { Stack } from '../support/stack.ts';

const SPLIT = { QUEUES: 'split' };
const NO_PLATFORM = { TELEGRAM_BOT_TOKEN: '', TELEGRAM_WEBHOOK_SECRET: '' };
const NO_MODEL = { OPENAI_COMPATIBLE_API_KEY: '', OPENAI_COMPATIBLE_BASE_URL: '' };
const NO_TOOLS = { LEDGER_URL: '' };
/** What each kind of worker does not get to know of the others' secrets. */
const KEPT_FROM: Record<Work, Record<string, string>> = {
  conversation: { ...NO_PLATFORM, ...NO_MODEL, ...NO_TOOLS },
  model: NO_TOOLS,
  tools: { ...NO_PLATFORM, ...NO_MODEL },
  delivery: { ...NO_MODEL, ...NO_TOOLS },
};
const LONG = `The first words of a long answer come at once${', and more of them follow'.repeat(30)}.`;

/** Where each activity of a workflow was put, and the process that did it: its last attempt. */
async function activitiesOf(
  stack: Stack,
  workflowId: string,
): Promise<[type: string, queue: string, pid: number][]> {
  const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => {
    if (!scheduled) return [];
    const started = events?.find(({ activityTaskStartedEventAttributes: start }) =>
      start?.scheduledEventId?.eq(eventId ?? 0),
    )?.activityTaskStartedEventAttributes;
    const pid = Number.parseInt(started?.identity ?? '', 10);
    return [[scheduled.activityType?.name ?? '', scheduled.taskQueue?.name ?? '', pid]];
  });
}

/** The same, when all have ended. */
async function endedOf(stack: Stack, workflowId: string): ReturnType<typeof activitiesOf> {
  return eventually(async () => {
    const activities = await activitiesOf(stack, workflowId);
    return activities.every(([, , pid]) => pid > 0) && activities;
  });
}

/** The same, each once. */
async function placesOf(stack: Stack, workflowId: string): Promise<Set<string>> {
  const activities = await endedOf(stack, workflowId);
  return new Set(activities.map(([type, queue, pid]) => `${type} ${queue} ${pid}`));
}

/** A reply with buttons is sent by an activity of its own. */
const OFFER: [string, object][] = [['offer_choices', { choices: ['yes', 'no'] }]];

describe('workers of their own for each kind of work', () => {
  const workers = new Map<Work, Child>();
  let scene: Scene;
  let chat = 100;

  async function start(work: Work): Promise<void> {
    const env = { HOLDFAST_WORK: work, ...KEPT_FROM[work] };
    workers.set(work, await scene.stack.startWorker({ env }));
  }
  const pidOf = (work: Work) => workers.get(work)?.pid ?? 0;
  const at = (type: string, work: Work) => `${type} ${QUEUE_OF[work]} ${pidOf(work)}`;
  const shown = () => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  beforeAll(async () => {
    const env = { ...SPLIT, HOLDFAST_TRANSCRIPTION_MODEL: 'openai-compatible/words' };
    scene = await startScene({ env, withoutWorkers: true });
    for (const work of WORK) if (work !== 'delivery') await start(work);
  }, 120_000);
  afterAll(() => scene?.stop());
  beforeEach(() => {
    chat += 1;
    scene.ledger.lines.length = 0;
    scene.telegram.heal();
  });

  it('without one for deliveries, /readyz and the doctor name its queue, and what is to be said arrives when it comes', async () => {
    const { stack, telegram } = scene;
    const readyz = async () => {
      const response = await fetch(`${stack.url()}/readyz`);
      return { status: response.status, body: await response.json() };
    };
    const doctor = () =>
      runCli(['doctor'], {
        ...SPLIT,
        TEMPORAL_ADDRESS: stack.temporalAddress,
        HOLDFAST_CONFIG: `${PROJECT}/test/support/holdfast.config.ts`,
      });
    telegram.say(chat, '/memory');
    await eventually(async () => (await activitiesOf(stack, `telegram/${chat}`)).length === 2);
    expect(await readyz()).toEqual({
      status: 503,
      body: {
        ok: false,
        temporal: 'reachable',
        worker: 'none',
        version: 'unversioned',
        unpolled: ['holdfast-delivery'],
      },
    });
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toContain('no worker polls the task queue holdfast-delivery for activity tasks');
    expect(stdout).toContain('HOLDFAST_WORK=delivery holdfast worker');
    expect(shown()).toEqual([]);

    await start('delivery');
    await telegram.waitFor(chat);
    expect(shown()).toEqual([expect.stringContaining('remember')]);
    expect((await readyz()).status).toBe(200);
    expect((await doctor()).stdout).toContain('All is well.');
  });

  it('each activity runs on its queue, at the process of its kind, also in a task and in the answer to a command', async () => {
    const { stack, telegram } = scene;
    const task = plan({ steps: [[['look_up', { tag: 'task' }]]], say: 'found' });
    telegram.say(chat, plan({ steps: [[['look_up', {}]], [['delegate', { task }]]], say: 'started' }));
    await telegram.waitFor(chat, ({ text }) => text.includes('[report of task'));
    telegram.say(chat, '/memory');
    await telegram.waitFor(chat, ({ text }) => text.includes('remember'));

    const conversation = `telegram/${chat}`;
    const ran = await placesOf(stack, conversation);
    expect(ran).toEqual(
      new Set([
        at('callModel', 'model'),
        at('look_up', 'tools'),
        at('deliver', 'delivery'),
        at('readMemory', 'conversation'),
      ]),
    );
    const { events } = await stack.client.workflow.getHandle(conversation).fetchHistory();
    const child = events?.find((event) => event.childWorkflowExecutionStartedEventAttributes);
    const { workflowId } = child?.childWorkflowExecutionStartedEventAttributes?.workflowExecution ?? {};
    expect(await placesOf(stack, workflowId ?? '')).toEqual(
      new Set([at('callModel', 'model'), at('look_up', 'tools')]),
    );
  });

  describe('SIGKILL of one of them', () => {
    async function replace(work: Work): Promise<void> {
      await workers.get(work)?.kill();
      scene.telegram.heal();
      await start(work);
    }
    /** The conversation's only reply, which it shows once; what must not be done again was not. */
    async function isSaid(text: string): Promise<void> {
      const { stack, ledger } = scene;
      await stack.replies(`telegram/${chat}`, 1);
      expect(shown()).toEqual([text]);
      expect(ledger.of('pay', 'begin')).toHaveLength(1);
    }
    const holding = { steps: [[['pay', {}]], [['look_up', { holdMs: 2_000 }]]] as [string, object][][] };

    it.each(['conversation', 'tools'] as const)('%s, while a tool runs', async (work) => {
      scene.telegram.say(chat, plan(holding));
      await scene.ledger.begun('look_up');
      await replace(work);
      await isSaid('done [heard 1]');
      expect(scene.ledger.of('look_up', 'begin')).toHaveLength(work === 'tools' ? 2 : 1);
    });

    it('tools, in the middle of one that must not be repeated', async () => {
      scene.telegram.say(chat, plan({ steps: [[['pay', { holdMs: 4_000 }]]] }));
      await scene.ledger.begun('pay');
      await replace('tools');
      await isSaid(expect.stringContaining('The outcome of pay is unknown'));
    });

    it('model, while the answer is streamed', async () => {
      scene.telegram.say(chat, plan({ steps: [[['pay', {}]]], say: LONG, chunkDelayMs: 40 }));
      await eventually(() => (shown()[0] ?? '').length > 200, { what: 'a streamed reply is half there' });
      await replace('model');
      await isSaid(`${LONG} [heard 1]`);
    });

    it('delivery, while the platform has acted and does not answer', async () => {
      scene.telegram.hold('sendMessage');
      scene.telegram.say(chat, plan({ steps: [[['pay', {}]], OFFER] }));
      await scene.telegram.waitFor(chat);
      await replace('delivery');
      await isSaid('done [heard 1]');
    });
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(6);
  });
});

describe('from one queue to several, and back', () => {
  let scene: Scene;
  afterEach(() => scene?.stop());

  it('loses nothing of what is being done, of what waits, and of tasks in the background', async () => {
    scene = await startScene({ env: { WHILE_BUSY: 'queue' } });
    const { stack, telegram, ledger } = scene;
    const shown = () => telegram.messages(1, 'bot').map(({ text }) => text);
    const task = plan({ steps: [[['set_value', { holdMs: 3_000 }]]], say: 'stored' });
    /** A turn whose tool is held, with a task in the background, and a message that waits behind it. */
    async function begin(name: string): Promise<void> {
      ledger.lines.length = 0;
      const steps: [string, object][][] = [
        [
          ['pay', {}],
          ['delegate', { task }],
        ],
        [['look_up', { holdMs: 3_000 }]],
      ];
      telegram.say(1, plan({ steps, say: name }));
      await Promise.all([ledger.begun('look_up'), ledger.begun('set_value')]);
      telegram.say(1, `after ${name}`);
      await eventually(async () => (await stack.read('telegram/1')).waiting === 1);
    }
    async function isDone(name: string): Promise<void> {
      await telegram.waitFor(1, ({ text }) => text.startsWith(`echo: after ${name}`));
      await eventually(() => shown().filter((text) => text.includes('[report of task')).length > 0);
      await eventually(async () => (await stack.read('telegram/1')).tasks.length === 0);
      await eventually(async () => (await stack.read('telegram/1')).status === 'idle');
      expect(shown().filter((text) => text.startsWith(name))).toHaveLength(1);
      expect(shown().filter((text) => text.startsWith(`echo: after ${name}`))).toHaveLength(1);
      expect(ledger.of('pay', 'begin')).toHaveLength(1);
      for (const tool of ['look_up', 'set_value']) expect(ledger.of(tool, 'end')).toHaveLength(1);
    }
    const queuesOf = async (tool: string) =>
      (await activitiesOf(stack, 'telegram/1')).flatMap(([type, queue]) => (type === tool ? [queue] : []));
    async function killAll(): Promise<void> {
      await Promise.all([stack.killWorkers(), stack.killGateways()]);
    }

    await begin('first');
    await killAll();
    // What was put on the one queue is for those that do the work of conversations.
    await stack.startGateway(0, { env: SPLIT });
    for (const work of WORK) await stack.startWorker({ env: { ...SPLIT, HOLDFAST_WORK: work } });
    const [conversation] = stack.workers;
    await isDone('first');
    expect(ledger.of('look_up', 'end')[0]?.pid).toBe(conversation?.pid);
    expect(ledger.of('set_value', 'end')[0]?.pid).toBe(conversation?.pid);

    await begin('second');
    expect(await queuesOf('look_up')).toEqual([QUEUE_OF.conversation, QUEUE_OF.tools]);
    await killAll();
    await stack.startGateway();
    telegram.say(1, 'meanwhile');
    await stack.startWorker();
    await isDone('second');
    // Also the report of a task that was delegated before.
    const report = (await endedOf(stack, 'telegram/1')).findLast(([type]) => type === 'callModel');
    expect(shown().at(-1)).toContain('[report of task');
    expect(report?.[1]).toBe(QUEUE_OF.conversation);

    await begin('third');
    await isDone('third');
    expect(await queuesOf('look_up')).toEqual([QUEUE_OF.conversation, QUEUE_OF.tools, QUEUE_OF.conversation]);
    expect(await stack.replayAll()).toBe(4);
  }, 180_000);
});

describe('a version of workers that do one kind of work each', () => {
  let scene: Scene;
  afterEach(() => scene?.stop());

  it('is promoted when it has all of them, and then each does what is its own', async () => {
    scene = await startScene({ env: SPLIT, withoutWorkers: true });
    const { stack, telegram } = scene;
    const promote = (version: string) =>
      runCli(['version', 'promote', version], {
        ...SPLIT,
        TEMPORAL_ADDRESS: stack.temporalAddress,
        HOLDFAST_CONFIG: `${PROJECT}/test/support/holdfast.config.ts`,
      });
    await stack.startWorker({ env: { HOLDFAST_VERSION: '1' } });
    await eventually(async () => (await promote('1')).code === 0);
    await stack.ready();
    telegram.say(1, plan({ steps: [[['look_up', {}]]] }));
    await telegram.waitFor(1);

    const pids: number[] = [];
    const start = async (work: Work) => {
      const env = { HOLDFAST_VERSION: '2', HOLDFAST_WORK: work };
      pids.push((await stack.startWorker({ env })).pid);
    };
    for (const work of ['conversation', 'tools'] as const) await start(work);
    const refused = await promote('2');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'No worker of version 2 is polling holdfast-model and holdfast-delivery',
    );
    for (const work of ['model', 'delivery'] as const) await start(work);
    await eventually(async () => (await promote('2')).code === 0);
    await stack.workers[0]?.kill();
    telegram.say(1, plan({ steps: [OFFER], say: 'again' }));
    await telegram.waitFor(1, ({ text }) => text.startsWith('again'));
    const ran = (await endedOf(stack, 'telegram/1')).slice(-4);
    expect(ran.map(([type, , pid]) => `${type} ${pids.indexOf(pid)}`)).toEqual([
      'callModel 2',
      'offer_choices 1',
      'callModel 2',
      'deliver 3',
    ]);
    const list = await runCli(['version', '--json'], { TEMPORAL_ADDRESS: stack.temporalAddress });
    expect(JSON.parse(list.stdout)[0]).toMatchObject({ version: '2', state: 'current', workers: 4 });
  }, 120_000);
});
