import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Build, type Change, changedBuild, PROJECT } from '../support/build.ts';
import { BusyPeople } from '../support/busy-people.ts';
import type { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

const MODEL_CALL = 'const step = await this.#callModel();';

/** How it says which version calls the model. */
const speaking = (version: number): Change => ({
  file: 'test/support/holdfast.config.ts',
  from: "system: 'You are under test.'",
  to: `system: 'You are under test, by ${version}.'`,
});
/** Another command of every turn, which histories of before do not have. */
const patched: Change[] = [
  {
    file: 'workflows/turn.ts',
    from: MODEL_CALL,
    to: `if (workflow.patched('pause')) await workflow.sleep(1); ${MODEL_CALL}`,
  },
  {
    file: 'workflows/turn.ts',
    from: 'import { ReplyExtras }',
    to: "import * as workflow from '@temporalio/workflow';\nimport { ReplyExtras }",
  },
];
/** A field of messages that only new gateways send and only new workers show. */
const signing: Change[] = [
  {
    file: 'gateway/conversations.ts',
    from: 'message: wanted }',
    to: "message: { ...wanted, signed: 'sent by a new gateway' } }",
  },
  {
    file: 'workflows/entity.ts',
    from: 'line, note, ...reports]',
    to: 'line, note, messages[0].message.signed, ...reports]',
  },
];

/** New workers start beside the old ones, one command sends the work to them, and the old ones go without a drain. */
describe('a rolling upgrade, with people in the middle of everything', () => {
  let scene: Scene;
  let two: Build;
  let three: Build;
  const workers = new Map<string, Child>();

  beforeAll(async () => {
    const changes = [speaking(2), ...patched, ...signing];
    two = await changedBuild(inject('scratch'), changes);
    three = await changedBuild(inject('scratch'), [speaking(3), ...changes.slice(1)]);
    scene = await startScene({ env: { WHILE_BUSY: 'queue' } });
    for (const worker of scene.stack.workers) workers.set('unversioned', worker);
  });
  afterAll(() => scene?.stop());

  async function deploy(version: string, build: Build): Promise<void> {
    workers.set(version, await scene.stack.startWorker({ build, env: { HOLDFAST_VERSION: version } }));
    const holdfast = (...args: string[]) =>
      runCli(['version', ...args], { TEMPORAL_ADDRESS: scene.stack.temporalAddress });
    await eventually(async () => (await holdfast('promote', version)).code === 0);
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
  /** Who asked the model to answer this. */
  function spokenBy(text: string): string | undefined {
    const request = scene.model.requests.findLast(({ messages }) => messages.at(-1)?.text.includes(text));
    return /You are under test(?:, by (\d))?\./.exec(request?.messages[0]?.text ?? '')?.[1];
  }

  const steps: [from: string, to: string, build: () => Build, signal: NodeJS.Signals][] = [
    ['unversioned', '2', () => two, 'SIGTERM'],
    ['2', '3', () => three, 'SIGKILL'],
    ['3', '2', () => two, 'SIGKILL'],
  ];
  it.each(steps)(
    'from %s to %s: no turn is lost, and all conversations go on with it',
    async (from, to, build, signal) => {
      const people = new BusyPeople(scene, 10_000 * (steps.findIndex(([old]) => old === from) + 1));
      await people.begin();
      expect(await versionsOf(people.conversations)).toEqual(new Set([from]));
      await deploy(to, build());
      await retire(from, signal);
      await people.end();
      people.check();
      expect(await versionsOf(people.conversations)).toEqual(new Set([to]));
      expect(spokenBy('and again')).toBe(to);
      expect(people.messages).toBeGreaterThan(40);
    },
    180_000,
  );
});
