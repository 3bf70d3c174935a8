import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { followPlan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const CHAT = 9201;
/** The attempt that was given up has written its answer, and would have sent it by then. */
const SENDS_WITHIN_MS = 2_000;

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
