import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/**
 * What the death of a worker may cost at most, in ms from the next worker's start to the reply, its own work of two seconds
 * included. A guarantee, not a benchmark: it takes about five.
 */
const RECOVERY_MS = 15_000;

/** The worker is SIGKILLed at a named instant, and another is started: the user notices nothing. */
describe('SIGKILL of the worker', () => {
  let scene: Scene;
  let conversation: string;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    conversation = `kill-${crypto.randomUUID()}`;
    scene.ledger.lines.length = 0;
    scene.model.requests.length = 0;
  });

  it('during the model call: the model is asked again, and the turn ends with one answer', async () => {
    const { stack, model } = scene;
    await stack.say(conversation, plan({ delayMs: 3_000, say: 'answered' }));
    await eventually(() => model.requests.length === 1);
    await scene.stack.replaceWorkers();
    const replies = await stack.replies(conversation, 1);
    expect(replies.map(({ text }) => text)).toEqual(['answered [heard 1]']);
    expect(model.requests.length).toBeGreaterThanOrEqual(2);
  });

  it('during a read tool: it is run again, within seconds', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['look_up', { holdMs: 2_000 }]]] }));
    await ledger.begun('look_up');
    await scene.stack.replaceWorkers();
    const started = performance.now();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(performance.now() - started).toBeLessThan(RECOVERY_MS);
    expect(ledger.of('look_up', 'end')).toHaveLength(1);
  });

  it('during an idempotent tool: it is run again with the same key', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['set_value', { holdMs: 2_000 }]]] }));
    await ledger.begun('set_value');
    await scene.stack.replaceWorkers();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    const begun = ledger.of('set_value', 'begin');
    expect(begun).toHaveLength(2);
    expect(new Set(begun.map(({ key }) => key)).size).toBe(1);
  });

  it('during a once tool: it is never run again, and model and user are told that the outcome is unknown', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['pay', { holdMs: 2_000 }]]] }));
    await ledger.begun('pay');
    await scene.stack.replaceWorkers();
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toContain('done [heard 1]');
    expect(reply?.text).toContain('The outcome of `pay` is unknown');
    const { transcript } = await stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({ name: 'pay', outcome: 'unknown' });
    expect(ledger.lines).toHaveLength(1);
  });

  it('during a once tool that can reconcile, before it acted: it is found not to have acted, and acts once', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['book', { holdMs: 2_000 }]]] }));
    await ledger.begun('book');
    await scene.stack.replaceWorkers();
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toBe('done [heard 1]');
    expect(ledger.of('book', 'end')).toHaveLength(1);
    expect(new Set(ledger.lines.map(({ key }) => key)).size).toBe(1);
  });

  it('between two tools: the first result is kept', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['pay', {}]], [['look_up', { holdMs: 2_000 }]]] }));
    await ledger.begun('look_up');
    await scene.stack.replaceWorkers();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    const { transcript } = await stack.read(conversation);
    expect(transcript.filter(({ kind }) => kind === 'tool')).toMatchObject([
      { name: 'pay', outcome: 'ok' },
      { name: 'look_up', outcome: 'ok' },
    ]);
  });

  it('with three messages waiting: each is answered, once, in order, with the context intact', async () => {
    const { stack, model } = scene;
    await stack.say(conversation, plan({ delayMs: 3_000, say: 'first' }));
    await eventually(() => model.requests.length === 1);
    for (const text of ['one', 'two', 'three']) await stack.say(conversation, text);
    await scene.stack.replaceWorkers();
    const replies = await stack.replies(conversation, 4);
    expect(replies.map(({ text }) => text)).toEqual([
      'first [heard 1]',
      'echo: one [heard 2]',
      'echo: two [heard 3]',
      'echo: three [heard 4]',
    ]);
  });

  it('while no worker is there at all: messages are taken in, and answered when one comes', async () => {
    const { stack } = scene;
    await stack.killWorkers();
    for (const text of ['one', 'two']) expect((await stack.say(conversation, text)).status).toBe(202);
    await stack.startWorker();
    const replies = await stack.replies(conversation, 2);
    expect(replies.map(({ text }) => text)).toEqual(['echo: one [heard 1]', 'echo: two [heard 2]']);
  });

  it('by a tool that kills its worker each time: it is reported after its attempts, and the conversation works on', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['kill_worker', {}]]] }));
    for (const time of [1, 2]) {
      await ledger.begun('kill_worker', time);
      await eventually(() => stack.workers[0]?.ended);
      await stack.killWorkers();
      await stack.startWorker();
    }
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({
      name: 'kill_worker',
      outcome: 'error',
    });
    expect(ledger.of('kill_worker', 'begin')).toHaveLength(2);
    await stack.say(conversation, 'still there?');
    expect((await stack.replies(conversation, 2)).at(-1)?.text).toContain('echo: still there?');
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  });
});
