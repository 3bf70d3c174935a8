import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** How an attempt ended that was followed by another one, as its history tells. */
const BY_SUCCESSOR = 'Interrupted';
const BY_TIMEOUT = 'heartbeat timeout';

/** A worker is SIGKILLed, and its successor on the same machine knows: what leaves nothing under way need not wait for a timeout. */
describe('a worker and those before it on its machine', () => {
  let scene: Scene;
  let conversation: string;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    conversation = `succession-${crypto.randomUUID()}`;
    scene.ledger.lines.length = 0;
    scene.model.requests.length = 0;
  });

  /** The last attempt of the first activity of this type, and how the one before it ended. */
  async function lastAttempt(type: string, workflowId = `web/${conversation}`) {
    const { events = [] } = await scene.stack.client.workflow.getHandle(workflowId).fetchHistory();
    const scheduled = events?.find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === type,
    );
    const started = events
      ?.map((event) => event.activityTaskStartedEventAttributes)
      .find((attributes) => attributes?.scheduledEventId?.toString() === scheduled?.eventId?.toString());
    const { attempt, lastFailure } = started ?? {};
    const ended = lastFailure?.timeoutFailureInfo ? BY_TIMEOUT : lastFailure?.applicationFailureInfo?.type;
    return ended ? { attempt, ended } : { attempt };
  }

  /** What processes have left or show in the data folder. */
  const left = () => readdirSync(path.join(scene.stack.home, 'run', 'attempts'));

  it('a read tool is run again at once', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['look_up', { holdMs: 2_000 }]]] }));
    await ledger.begun('look_up');
    await scene.stack.replaceWorkers();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(await lastAttempt('look_up')).toEqual({ attempt: 2, ended: BY_SUCCESSOR });
  });

  it('a model is asked again at once', async () => {
    const { stack, model } = scene;
    await stack.say(conversation, plan({ delayMs: 2_000, say: 'answered' }));
    await eventually(() => model.requests.length === 1);
    await scene.stack.replaceWorkers();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'answered [heard 1]' }]);
    expect(await lastAttempt('callModel')).toEqual({ attempt: 2, ended: BY_SUCCESSOR });
  });

  it('a reply that was being streamed goes on at once, in the same message', async () => {
    const { stack, telegram } = scene;
    const say = 'The first words of it are here, and more.';
    telegram.say(7001, plan({ say, chunkDelayMs: 1_500 }));
    const shown = () => telegram.messages(7001, 'bot').map(({ text }) => text);
    await eventually(() => telegram.calls.filter(({ method }) => method === 'editMessageText').length > 0);
    // Its answer has arrived, and the next words take longer.
    await sleep(300);
    await scene.stack.replaceWorkers();
    await eventually(() => shown()[0] === `${say} [heard 1]`, { ms: 45_000, what: 'the reply is whole' });
    expect(shown()).toHaveLength(1);
    await stack.replies('telegram/7001', 1);
    expect(await lastAttempt('callModel', 'telegram/7001')).toEqual({ attempt: 2, ended: BY_SUCCESSOR });
  });

  it.each(['sendMessage', 'editMessageText'])(
    'a reply is left to its timeout while the platform has not answered: %s',
    async (method) => {
      const { stack, telegram } = scene;
      const chat = method === 'sendMessage' ? 7002 : 7003;
      const say = `A long answer begins here${', and goes on and on'.repeat(30)}.`;
      telegram.hold(method);
      telegram.say(chat, plan({ say, chunkDelayMs: 40 }));
      const held = () =>
        telegram.calls.some((call) => call.method === method && call.payload.chat_id === chat);
      await eventually(held, { what: 'the platform has it' });
      await sleep(500);
      await stack.killWorkers();
      telegram.heal();
      await stack.startWorker();
      await stack.replies(`telegram/${chat}`, 1);
      expect(telegram.messages(chat, 'bot').map(({ text }) => text)).toEqual([`${say} [heard 1]`]);
      expect(await lastAttempt('callModel', `telegram/${chat}`)).toEqual({ attempt: 2, ended: BY_TIMEOUT });
    },
  );

  it.each(['set_value', 'pay'])('what acts is left to its timeout: %s', async (tool) => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[[tool, { holdMs: 2_000 }]]] }));
    await ledger.begun(tool);
    await scene.stack.replaceWorkers();
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    const outcome = tool === 'pay' ? 'unknown' : 'ok';
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({ name: tool, outcome });
    const expected = tool === 'pay' ? { attempt: 1 } : { attempt: 2, ended: BY_TIMEOUT };
    expect(await lastAttempt(tool)).toEqual(expected);
    expect(ledger.of(tool, 'begin')).toHaveLength(expected.attempt);
  });

  it('what takes its worker down again is left to its timeout', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['look_up', { holdMs: 2_000 }]]] }));
    for (const time of [1, 2]) {
      await ledger.begun('look_up', time);
      await scene.stack.replaceWorkers();
    }
    await stack.replies(conversation, 1);
    expect(await lastAttempt('look_up')).toEqual({ attempt: 3, ended: BY_TIMEOUT });
  });

  it('what another worker does that lives is left alone', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['look_up', { holdMs: 4_000 }]]] }));
    await ledger.begun('look_up');
    await stack.startWorker();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(await lastAttempt('look_up')).toEqual({ attempt: 1 });
    expect(ledger.of('look_up', 'begin')).toHaveLength(1);
    await stack.killWorkers();
    await stack.startWorker();
  });

  it('what a worker does that is stopped is left alone: it goes on', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['look_up', { holdMs: 4_000 }]]] }));
    await ledger.begun('look_up');
    const [stopped] = stack.workers;
    stopped?.signal('SIGSTOP');
    await stack.startWorker();
    await sleep(500);
    stopped?.signal('SIGCONT');
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    // Its timeout is over first on a machine that is busy.
    expect([{ attempt: 1 }, { attempt: 2, ended: BY_TIMEOUT }]).toContainEqual(await lastAttempt('look_up'));
    await scene.stack.replaceWorkers();
  });

  it('two that start at the same time do no harm', async () => {
    const { stack, ledger } = scene;
    await stack.say(
      conversation,
      plan({ steps: [Array.from({ length: 5 }, () => ['look_up', { holdMs: 3_000 }])] }),
    );
    await ledger.begun('look_up', 5);
    await stack.killWorkers();
    await Promise.all([stack.startWorker(), stack.startWorker()]);
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(await lastAttempt('look_up')).toEqual({ attempt: 2, ended: BY_SUCCESSOR });
    expect(ledger.of('look_up', 'begin')).toHaveLength(10);
  });

  it('nothing is left of those before, nor of one that ended in order', async () => {
    const { stack } = scene;
    await scene.stack.replaceWorkers();
    await eventually(() => left().length === 2, { what: 'only the files of the one that runs are there' });
    await Promise.all(stack.workers.splice(0).map((worker) => worker.kill('SIGTERM')));
    expect(left()).toEqual([]);
    await stack.startWorker();
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  });
});
