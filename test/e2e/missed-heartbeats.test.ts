import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { followPlan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const CHAT = 9201;
/** The attempt that was given up has written its answer, and would have sent it by then. */
const SENDS_WITHIN_MS = 2_000;
/** A tool takes longer than a worker that is silent is waited for. */
const HOLDS_MS = 8_000;

describe('a worker whose heartbeats do not reach Temporal any more, and that lives', () => {
  let scene: Scene;
  let proxy: TcpProxy;

  beforeAll(async () => {
    scene = await startScene({ withoutWorkers: true });
    proxy = await TcpProxy.start(scene.stack.temporalAddress);
    await scene.stack.startWorker({ env: { TEMPORAL_ADDRESS: proxy.address } });
    await scene.stack.ready();
  }, 120_000);
  afterAll(() => scene?.stop());

  it('sends nothing that another one has sent by then', async () => {
    const { stack, telegram, model } = scene;
    const slow = Promise.withResolvers<void>();
    model.script = async (request) => {
      if (model.requests.length === 1) await slow.promise;
      return followPlan(request);
    };
    await telegram.say(CHAT, 'are you there?').delivered;
    await eventually(() => model.requests.length === 1);
    // From now on it reaches nothing.
    await proxy.close();
    await stack.startWorker();
    await stack.replies(`telegram/${CHAT}`, 1);
    slow.resolve();
    await sleep(SENDS_WITHIN_MS);
    expect(model.abandoned).toBe(0);
    expect(telegram.messages(CHAT, 'bot').map(({ text }) => text)).toEqual([
      'echo: are you there? [heard 1]',
    ]);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(1);
  });
});

describe('a tool that is asked whether it has acted, while its worker lives and does not reach Temporal', () => {
  let scene: Scene;
  afterAll(() => scene?.stop());

  it('does not act any more', async () => {
    scene = await startScene({ withoutWorkers: true });
    const { stack, telegram, model, ledger } = scene;
    const proxy = await TcpProxy.start(stack.temporalAddress);
    await stack.startWorker({ env: { TEMPORAL_ADDRESS: proxy.address } });
    await stack.ready();
    model.script = followPlan;
    const book = { holdMs: HOLDS_MS, tag: 'table' };
    await telegram.say(CHAT, plan({ steps: [[['book', book]]], say: 'booked' })).delivered;
    await ledger.begun('book');
    await proxy.close();
    await stack.startWorker();
    await ledger.begun('book', 2);
    await stack.replies(`telegram/${CHAT}`, 1);
    await sleep(SENDS_WITHIN_MS);
    expect(ledger.of('book', 'end')).toHaveLength(1);
  }, 120_000);
});
