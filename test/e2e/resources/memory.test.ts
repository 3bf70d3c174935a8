import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, STARTS_WITHIN_MS } from '../../support/eventually.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { Slot } from '../../support/slot.ts';

/**
 * The limit is that of V8's heap, in megabytes, at which the process aborts: a control group, by which the kernel would SIGKILL it,
 * can be made only by root outside of most containers. What is left of the worker is the same, nothing; but this end is the harder
 * one, because the worker is busy with its garbage and late before it is gone.
 */
const LIMIT = { NODE_OPTIONS: '--max-old-space-size=256' };
/** Workers die meanwhile, and are busy with their garbage before. */
const ANSWER_MS = 90_000;
/** What follows a reply whose `once` tool was lost with its worker. */
const UNKNOWN = /\n\n⚠️ The outcome of .*$/s;

describe('a tool eats the memory of its worker', () => {
  let scene: Scene;
  let workers: Slot[] = [];

  beforeAll(async () => {
    scene = await startScene();
    await scene.stack.killWorkers();
    workers = ['one', 'two'].map((name) => new Slot(name, () => scene.stack.runWorker({ env: LIMIT })));
    const areReady = () => workers.every(({ child }) => child.output.includes('worker ready'));
    await eventually(areReady, { ms: STARTS_WITHIN_MS, what: 'both workers are ready' });
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await scene?.stop();
  });

  /** What the model was told of the last tool that was called. */
  const told = (conversation: string) =>
    scene.stack
      .read(conversation)
      .then(({ transcript }) => transcript.flatMap((entry) => (entry.kind === 'tool' ? [entry.output] : [])))
      .then((outputs) => outputs.at(-1));

  it('its turn ends honestly after its attempts, and others are answered meanwhile, no effect twice', async () => {
    const { stack, ledger } = scene;
    const steps = (tool: string, tag: string): [string, object][][] => [[['pay', { tag }]], [[tool, {}]]];
    await stack.say('eats', plan({ steps: steps('eat_memory', 'eats'), say: 'that was too much' }));
    await stack.say('eats-once', plan({ steps: steps('eat_memory_once', 'once'), say: 'so was that' }));
    const others = new Map<string, string | undefined>();
    while (ledger.of('eat_memory', 'begin').length < 3) {
      const name = `other-${others.size}`;
      await stack.say(name, plan({ steps: [[['pay', { tag: name }]]], say: 'all is well' }));
      const [reply] = await stack.replies(name, 1, ANSWER_MS);
      others.set(name, reply?.text);
      await sleep(500);
    }
    const [[first], [second]] = await Promise.all([
      stack.replies('eats', 1, ANSWER_MS),
      stack.replies('eats-once', 1, ANSWER_MS),
    ]);
    expect(first?.text.replace(UNKNOWN, '')).toBe('that was too much [heard 1]');
    expect(second?.text.replace(UNKNOWN, '')).toBe('so was that [heard 1]');
    expect(second?.text).toMatch(
      /\n\n⚠️ The outcome of `eat_memory_once` is unknown: .* It was not run again\.$/,
    );
    expect(await told('eats')).toMatch(/worker/);
    expect(await told('eats-once')).toMatch(/unknown/);

    expect(ledger.of('eat_memory', 'begin')).toHaveLength(3);
    expect(ledger.of('eat_memory_once', 'begin')).toHaveLength(1);
    expect(others.size).toBeGreaterThan(2);
    for (const [tag, text = ''] of [['eats', first?.text], ['once', second?.text], ...others] as const) {
      expect(text).not.toBe('');
      // A worker that dies may take with it what it was about to begin for somebody else. That is said, and not done again.
      const isUnknown = text.includes('The outcome of `pay` is unknown');
      const paid = ledger.of('pay', 'begin').filter((line) => line.tag === tag).length;
      expect(isUnknown ? [0, 1] : [1]).toContain(paid);
    }
    const lastWords = workers.flatMap(({ crashes }) => crashes);
    expect(lastWords.length).toBeGreaterThanOrEqual(3);
    for (const words of lastWords) expect(words).toMatch(/heap out of memory/);
  }, 300_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(4);
  });
});
