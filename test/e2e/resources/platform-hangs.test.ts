import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { Rig } from '../../fakes/rig.ts';
import { RIGS } from '../../fakes/rigs.ts';
import { TcpProxy } from '../../fakes/tcp-proxy.ts';
import { eventually } from '../../support/eventually.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { sendWebhook } from '../../support/send-webhook.ts';

const LONG = 'An answer that is long enough to be shown while it is being written, and some more of it';
/** More conversations than a worker of Temporal's SDK runs activities at once, by default. */
const MANY = 150;

/** Platforms that take the connection and say nothing, and what goes on meanwhile. */
describe('platforms hang', () => {
  const rigs = new Map<string, Rig>();
  const proxies = new Map<string, TcpProxy>();
  let scene: Scene;

  beforeAll(async () => {
    for (const [name, start] of Object.entries(RIGS)) rigs.set(name, await start());
    const env: Record<string, string> = {};
    for (const [name, rig] of rigs) Object.assign(env, await throughProxy(name, rig.env));
    scene = await startScene({ env });
  }, 120_000);
  afterAll(async () => {
    await scene?.stop();
    await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    await everywhere((rig) => rig.close());
  });

  /** The same variables, with a proxy in front of the fake. */
  async function throughProxy(name: string, env: Record<string, string>): Promise<Record<string, string>> {
    const address = /127\.0\.0\.1:\d+/;
    const target = Object.values(env).find((value) => address.test(value))?.match(address)?.[0];
    if (target === undefined) throw new Error(`${name}: no variable has an address`);
    const proxy = await TcpProxy.start(target);
    proxies.set(name, proxy);
    return Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replaceAll(target, proxy.address)]),
    );
  }

  async function everywhere(act: (rig: Rig) => Promise<unknown>): Promise<void> {
    await Promise.all([...rigs.values()].map(act));
  }
  /** As a platform does: again while it is not taken. */
  async function tell(request: WebhookRequest): Promise<void> {
    await eventually(async () => (await sendWebhook(scene.stack.url(), request)).ok);
  }
  const replied = (rig: Rig, place: number, count: number) =>
    scene.stack.replies(`${rig.name}/${rig.conversation(place)}`, count, 100_000);

  it('one with many conversations hangs: others, the model and /stop do not wait for it', async () => {
    const { stack } = scene;
    const telegram = rigs.get('telegram') as Rig;
    proxies.get('telegram')?.hold('requests');
    const places = Array.from({ length: MANY }, (_, index) => 100 + index);
    await Promise.all(places.map(async (place) => tell(await telegram.say(place, plan({ say: LONG })))));
    for (let round = 0; round < 8; round++) {
      const began = performance.now();
      await stack.say(`aside-${round}`, plan({ steps: [[['look_up', {}]]], say: 'quick' }));
      await stack.replies(`aside-${round}`, 1);
      console.log('aside', round, Math.round(performance.now() - began));
      await new Promise((r) => setTimeout(r, 2000));
    }
    proxies.get('telegram')?.heal();
    const t = performance.now();
    await Promise.all(places.map(async (place) => replied(telegram, place, 1)));
    console.log('all', Math.round(performance.now() - t));
    for (const place of places) expect(telegram.shown(place)).toEqual([`${LONG} [heard 1]`]);
  }, 180_000);
});
