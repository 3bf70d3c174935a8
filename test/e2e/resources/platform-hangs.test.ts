import { setTimeout as sleep } from 'node:timers/promises';
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
const MANY = 120;
/** Longer than a call of a platform may take, so that every delivery has been given up and begun anew. */
const HANG_MS = 20_000;
/** Where others go on: without anything to wait for, they take a second or two, or some more on a busy machine. */
const ASIDE_MS = 12_000;

/**
 * Every platform takes the connection and the request and says nothing, as one that is overloaded does: whoever does not talk by it is
 * answered meanwhile, and when it speaks again each reply is there once. What hangs for minutes only begins anew more often.
 */
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
    const target = Object.values(env)
      .find((value) => address.test(value))
      ?.match(address)?.[0];
    if (target === undefined) throw new Error(`${name}: no variable has an address`);
    const proxy = await TcpProxy.start(target);
    proxies.set(name, proxy);
    return Object.fromEntries(
      Object.entries(env).map(([key, value]) =>
        // The address in Google's credentials is signed, so it stays.
        [key, value.startsWith('{') ? value : value.replaceAll(target, proxy.address)],
      ),
    );
  }

  async function everywhere(act: (rig: Rig) => Promise<unknown>): Promise<void> {
    await Promise.all([...rigs.values()].map(act));
  }
  /** As a platform does: again while it is not taken. */
  async function tell(request: WebhookRequest): Promise<void> {
    await eventually(async () => (await sendWebhook(scene.stack.url(), request)).ok, {
      ms: 2 * HANG_MS,
      what: `${request.url.pathname} is taken`,
    });
  }
  const replied = (rig: Rig, place: number, count: number) =>
    scene.stack.replies(`${rig.name}/${rig.conversation(place)}`, count, 100_000);

  /** A turn with a tool in the web chat. */
  async function aside(name: string, ms: number): Promise<void> {
    await scene.stack.say(name, plan({ steps: [[['look_up', {}]]], say: 'quick' }));
    await scene.stack.replies(name, 1, ms);
  }

  it('others do not wait for them, what is written meanwhile is taken, and each reply comes once', async () => {
    const telegram = rigs.get('telegram') as Rig;
    const many = Array.from({ length: MANY }, (_, index) => 100 + index);
    await everywhere(async (rig) => tell(await rig.say(1, plan({ say: LONG, delayMs: 3_000 }))));
    for (const proxy of proxies.values()) proxy.hold('requests');
    await Promise.all(many.map(async (place) => tell(await telegram.say(place, plan({ say: LONG })))));
    // Two cores take some seconds to begin so many turns.
    await eventually(() => scene.model.requests.length >= MANY + rigs.size, {
      ms: 60_000,
      what: 'every conversation has begun its turn',
    });
    await aside('first', 45_000);
    const until = performance.now() + HANG_MS;
    for (let round = 0; performance.now() < until; round++) {
      await aside(`${round}`, ASIDE_MS);
      await sleep(1_000);
    }
    // Matrix is asked who is in the room before a message is taken, so it delivers again until it answers.
    const told = everywhere(async (rig) => tell(await rig.say(1, 'and now?')));
    for (const rig of rigs.values()) expect(rig.shown(1), rig.name).toEqual([]);

    for (const proxy of proxies.values()) proxy.heal();
    await told;
    await everywhere((rig) => replied(rig, 1, 2));
    await eventually(() => many.every((place) => telegram.shown(place).at(-1)?.endsWith('[heard 1]')), {
      ms: 60_000,
      what: 'every conversation has its reply',
    });
    for (const rig of rigs.values())
      expect(rig.shown(1), rig.name).toEqual([`${LONG} [heard 1]`, 'echo: and now? [heard 2]']);
    for (const place of many) expect(telegram.shown(place)).toEqual([`${LONG} [heard 1]`]);
  }, 240_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(MANY);
  });
});
