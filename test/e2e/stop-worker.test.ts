import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** SIGTERM: there is no drain to wait for. What is short ends, what is long goes on elsewhere. */
describe('SIGTERM of the worker', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  async function stopAndStart(): Promise<void> {
    await Promise.all(scene.stack.workers.splice(0).map((worker) => worker.kill('SIGTERM')));
    await scene.stack.startWorker();
  }

  it('lets a short once tool end, and its result counts', async () => {
    const { stack, ledger } = scene;
    await stack.say('short', plan({ steps: [[['pay', { holdMs: 1_000 }]]] }));
    await ledger.begun('pay');
    await stopAndStart();
    expect(await stack.replies('short', 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(ledger.of('pay', 'end')).toHaveLength(1);
  });

  it('gives up a long once tool as unknown, and runs a long idempotent one again, with the same key', async () => {
    const { stack, ledger } = scene;
    ledger.lines.length = 0;
    const holdMs = 8_000;
    await stack.say(
      'long',
      plan({
        steps: [
          [
            ['pay', { holdMs }],
            ['set_value', { holdMs }],
          ],
        ],
      }),
    );
    await Promise.all([ledger.begun('pay'), ledger.begun('set_value')]);
    await stopAndStart();
    const [reply] = await stack.replies('long', 1);
    expect(reply?.text).toContain('The outcome of `pay` is unknown');
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(ledger.of('set_value', 'begin')).toHaveLength(2);
    expect(new Set(ledger.of('set_value', 'begin').map(({ key }) => key)).size).toBe(1);
  });

  it('asks the model again, and finishes a streamed reply in the same message', async () => {
    const { stack, telegram } = scene;
    const say = `A long answer begins here${', and goes on and on'.repeat(40)}.`;
    telegram.say(9001, plan({ say, chunkDelayMs: 40 }));
    await telegram.waitFor(9001);
    await stopAndStart();
    await eventually(async () => (await stack.read('telegram/9001')).status === 'idle');
    expect(telegram.messages(9001, 'bot').map(({ text }) => text)).toEqual([`${say} [heard 1]`]);
  });
});
