import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carried } from '../../contract/signals.ts';
import { CONVERSATION_STATE } from '../../contract/state.ts';
import { type Change, changedBuild, PROJECT } from '../support/build.ts';
import { BusyPeople } from '../support/busy-people.ts';
import type { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Events after which the server suggests continue-as-new, so that conversations cross it during an upgrade. */
const SHORT_RUN = 60;
const MODEL_CALL = 'const step = await this.#callModel();';

/** How it says which version calls the model. */
const speaking = (version: number): Change => ({
  file: 'test/support/holdfast.config.ts',
  from: "system: 'You are under test.'",
  to: `system: 'You are under test, by ${version}.'`,
});
/** Another command of every turn, which histories of before do not have. */
const pausing = (guard: string): Change[] => [
  {
    file: 'workflows/turn.ts',
    from: MODEL_CALL,
    to: `${guard} await workflow.sleep(1); ${MODEL_CALL}`,
  },
  {
    file: 'workflows/turn.ts',
    from: 'import { ReplyExtras }',
    to: "import * as workflow from '@temporalio/workflow';\nimport { ReplyExtras }",
  },
];
const patched = pausing("if (workflow.patched('pause'))");
/** A field of messages that only new gateways send and only new workers show. */
const signing: Change[] = [
  {
    file: 'gateway/conversations.ts',
    from: 'message: wanted }',
    to: "message: { ...wanted, signed: 'sent by a new gateway' } }",
  },
  {
    file: 'workflows/entity.ts',
    from: 'turn.note = note;',
    to: 'turn.note = note ?? messages[0].message.signed;',
  },
];

/** New workers start beside the old ones, one command sends the work to them, and the old ones go without a drain. */
describe('a rolling upgrade, with people in the middle of everything', () => {
  let scene: Scene;
  let two: string;
  let three: string;
  let unguarded: string;
  let migrating: string;
  const workers = new Map<string, Child>();

  beforeAll(async () => {
    const changes = [speaking(2), ...patched, ...signing];
    two = await changedBuild(inject('scratch'), changes);
    three = await changedBuild(inject('scratch'), [speaking(3), ...changes.slice(1)]);
    unguarded = await changedBuild(inject('scratch'), [speaking(4), ...pausing(''), ...signing]);
    migrating = await changedBuild(inject('scratch'), [
      {
        file: 'contract/state-migrations.ts',
        from: '  },\n];',
        to: '  },\n  (state) => ({ ...state, more: true }),\n];',
      },
    ]);
    scene = await startScene({
      env: { WHILE_BUSY: 'queue' },
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SHORT_RUN },
    });
    for (const worker of scene.stack.workers) workers.set('unversioned', worker);
  });
  afterAll(() => scene?.stop());

  /** Starts a worker of a version, unless there is one. */
  async function start(version: string, build: string): Promise<void> {
    if (workers.get(version)?.ended === false) return;
    workers.set(version, await scene.stack.startWorker({ build, env: { HOLDFAST_VERSION: version } }));
  }
  async function promote(version: string): Promise<void> {
    const env = { TEMPORAL_ADDRESS: scene.stack.temporalAddress };
    await eventually(async () => (await runCli(['version', 'promote', version], env)).code === 0);
  }
  const retire = (version: string, signal: NodeJS.Signals) => workers.get(version)?.kill(signal);

  /** Each conversation's version, as Temporal tells it. */
  async function versionsOf(conversations: string[]): Promise<Set<string>> {
    const each = conversations.map(async (id) => {
      const { raw } = await scene.stack.client.workflow.getHandle(id).describe();
      return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? 'unversioned';
    });
    return new Set(await Promise.all(each));
  }
  const shown = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);
  /** Says it, and resolves when so many answers are shown. */
  async function say(chat: number, text: string, answers: number): Promise<void> {
    scene.telegram.say(chat, text);
    await eventually(() => shown(chat).length === answers, {
      ms: 60_000,
      what: `${text} is answered in ${chat}`,
    });
  }
  /** Resolves when a task of the conversation has failed so. */
  async function taskFailed(chat: number, words: RegExp): Promise<void> {
    const failed = async () => {
      const { events } = await scene.stack.client.workflow.getHandle(`telegram/${chat}`).fetchHistory();
      return events?.some((event) =>
        words.test(event.workflowTaskFailedEventAttributes?.failure?.message ?? ''),
      );
    };
    await eventually(failed, { ms: 60_000, what: `a task of ${chat} fails: ${words}` });
  }
  /** Who asked the model to answer this. */
  function spokenBy(text: string): string | undefined {
    const request = scene.model.requests.findLast(({ messages }) => messages.at(-1)?.text.includes(text));
    return /You are under test(?:, by (\d))?\./.exec(request?.messages[0]?.text ?? '')?.[1];
  }

  const steps: [from: string, to: string, build: () => string, signal: NodeJS.Signals][] = [
    ['unversioned', '2', () => two, 'SIGTERM'],
    ['2', '3', () => three, 'SIGKILL'],
    ['3', '2', () => two, 'SIGKILL'],
  ];
  it.each(steps)(
    'from %s to %s: no turn is lost, and all conversations go on with it',
    async (from, to, build, signal) => {
      const people = new BusyPeople(scene, 10_000 * (steps.findIndex(([old]) => old === from) + 1));
      await start(to, build());
      await people.begin();
      expect(await versionsOf(people.conversations)).toEqual(new Set([from]));
      await promote(to);
      await retire(from, signal);
      await people.end();
      people.check();
      expect(await versionsOf(people.conversations)).toEqual(new Set([to]));
      expect(spokenBy('and again')).toBe(to);
      expect(people.messages).toBeGreaterThan(30);
    },
    180_000,
  );

  it('old and new gateways and workers understand each other', async () => {
    const { stack, telegram } = scene;
    await start('2', two);
    await promote('2');
    const newGateway = await stack.startGateway(1, { build: two });
    // The worker is new, the gateway first old, then new.
    await say(40_001, 'one', 1);
    telegram.webhookUrl = `${stack.url(1)}/webhooks/telegram`;
    await say(40_001, 'two', 2);
    expect(shown(40_001)).toEqual(['echo: one [heard 1]', 'echo: two [heard 2]\n\nsent by a new gateway']);
    // The worker is old, the gateway still new.
    await start('1', PROJECT);
    await promote('1');
    await say(40_002, 'one', 1);
    telegram.webhookUrl = `${stack.url()}/webhooks/telegram`;
    await newGateway.kill();
    await say(40_002, 'two', 2);
    expect(shown(40_002)).toEqual(['echo: one [heard 1]', 'echo: two [heard 2]']);

    // What the new one has done in a way that the old one does not know waits for the new one.
    telegram.say(40_001, 'three');
    await taskFailed(40_001, /Nondeterminism/);
    await promote('2');
    await eventually(() => shown(40_001).length === 3, { ms: 60_000 });
    expect(shown(40_001).at(-1)).toBe('echo: three [heard 3]');
  }, 180_000);

  it('a version that cannot replay loses nothing: its tasks fail, and all goes on when the old one is promoted again', async () => {
    const { telegram, ledger } = scene;
    await start('1', PROJECT);
    await start('bad', unguarded);
    await promote('1');
    ledger.lines.length = 0;
    telegram.say(50_001, 'before');
    await eventually(() => shown(50_001).length === 1);
    telegram.say(50_002, plan({ steps: [[['pay', { holdMs: 8_000 }]]], say: 'paid' }));
    await ledger.begun('pay');

    await promote('bad');
    for (const words of ['during', 'still']) telegram.say(50_001, words);
    for (const chat of [50_001, 50_002]) await taskFailed(chat, /Nondeterminism/);
    expect([shown(50_001), shown(50_002)]).toEqual([['echo: before [heard 1]'], []]);

    await promote('1');
    const answered = ['echo: before [heard 1]', 'echo: during [heard 2]', 'echo: still [heard 3]'];
    await eventually(() => shown(50_001).length === answered.length, { ms: 90_000 });
    await eventually(() => shown(50_002).length === 1, { ms: 90_000 });
    expect(shown(50_001)).toEqual(answered);
    expect(shown(50_002)).toEqual(['paid [heard 1]']);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
  }, 240_000);

  it('what a newer version carried waits for it after a roll-back, and loses nothing', async () => {
    const { stack, telegram } = scene;
    const handle = stack.client.workflow.getHandle('telegram/60001');
    await start('1', PROJECT);
    await start('migrating', migrating);
    await promote('1');
    await say(60_001, 'one', 1);
    await promote('migrating');
    const { runId } = await handle.describe();
    let turns = 1;
    while ((await handle.describe()).runId === runId) await say(60_001, 'more', (turns += 1));
    expect((await handle.query(carried)).version).toBe(CONVERSATION_STATE.version + 1);

    await promote('1');
    telegram.say(60_001, 'meanwhile');
    await taskFailed(60_001, /the state of this conversation has version \d+, .*A newer one wrote it/);
    expect(shown(60_001)).toHaveLength(turns);
    await promote('migrating');
    await eventually(() => shown(60_001).at(-1) === `echo: meanwhile [heard ${turns + 1}]`, { ms: 60_000 });
    expect(shown(60_001)).toHaveLength(turns + 1);
  }, 180_000);
});
