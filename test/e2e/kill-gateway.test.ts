import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** The gateway is SIGKILLed around the instant at which Temporal stores a message; the platform redelivers. */
describe('SIGKILL of the gateway', () => {
  let scene: Scene;
  let proxy: TcpProxy;

  beforeAll(async () => {
    scene = await startScene({
      async gatewayTemporal(address) {
        proxy ??= await TcpProxy.start(address);
        return proxy.address;
      },
    });
  });
  afterAll(async () => {
    await scene?.stop();
    await proxy?.close();
  });

  async function killAndStart(): Promise<void> {
    await scene.stack.killGateways();
    proxy.heal();
    await scene.stack.startGateway();
  }

  it('before Temporal stored the message: the platform redelivers, and it is processed once', async () => {
    const { stack, telegram } = scene;
    proxy.hold('requests');
    const said = telegram.say(4001, 'before');
    await eventually(() => proxy.heldBytes > 0);
    await killAndStart();
    await said.delivered;
    await telegram.waitFor(4001, ({ text }) => text === 'echo: before [heard 1]');
    expect((await stack.read('telegram/4001')).turns).toBe(1);
  });

  it('after Temporal stored it, before the 200: the redelivery is recognised, and it is processed once', async () => {
    const { stack, telegram } = scene;
    proxy.hold('answers');
    const said = telegram.say(4002, 'after');
    // The worker, which is not behind the proxy, answers: so it is stored, and the gateway does not know.
    await telegram.waitFor(4002, ({ text }) => text === 'echo: after [heard 1]');
    expect(proxy.heldAnswerBytes).toBeGreaterThan(0);
    await killAndStart();
    await said.delivered;
    expect(await telegram.redeliver(said)).toBe(200);
    await sleep(1_000);
    expect((await stack.read('telegram/4002')).turns).toBe(1);
    expect(telegram.messages(4002, 'bot')).toHaveLength(1);
  });

  it('leaves no other trace: a second gateway serves the same conversation', async () => {
    const { stack } = scene;
    await stack.startGateway(1);
    await stack.say('shared', 'one', 'm1', 0);
    await stack.say('shared', 'two', 'm2', 1);
    expect((await (await stack.say('shared', 'one', 'm1', 1)).json()) as object).toMatchObject({
      duplicate: true,
    });
    const replies = await stack.replies('shared', 2);
    expect(replies.map(({ text }) => text)).toEqual(['echo: one [heard 1]', 'echo: two [heard 2]']);
    expect((await stack.read('shared', 1)).transcript).toEqual((await stack.read('shared', 0)).transcript);
  });
});
