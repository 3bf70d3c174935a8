import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startHttpRig } from '../../fakes/http/rig.ts';
import type { Rig } from '../../fakes/rig.ts';
import { PROJECT } from '../../support/build.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { sendWebhook } from '../../support/send-webhook.ts';

const HOUR_MS = 3_600_000;
const TALK = 9201;
const ASKS = 9202;
const TIME = 9203;

/**
 * The wall clock of gateway and worker jumps, as when a machine wakes up or its time is set. The clock of Temporal's server, by which
 * timers of workflows run and their `Date.now()` goes, cannot be moved by a test; nor can that of the SDK's core, which is no JavaScript.
 */
describe('the wall clock of a gateway and a worker jumps an hour ahead, and back', () => {
  let scene: Scene;
  let http: Rig;
  let clock: string;

  beforeAll(async () => {
    clock = path.join(await mkdtemp(path.join(inject('scratch'), 'clock-')), 'shift');
    await writeFile(clock, '0');
    http = await startHttpRig();
    const preloaded = pathToFileURL(path.join(PROJECT, 'test', 'e2e', 'stand-ins', 'shifted-clock.ts'));
    const env = { ...http.env, NODE_OPTIONS: `--import=${preloaded.href}`, CLOCK_SHIFT: clock };
    scene = await startScene({ env });
  });
  afterAll(async () => {
    await scene?.stop();
    await http?.close();
  });

  async function jump(ms: number): Promise<void> {
    await writeFile(clock, String(ms));
    // Both look at it every 50 ms.
    await sleep(500);
  }
  const botTexts = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);
  /** How far off the worker's clock is, as its tool tells it. */
  async function workerIsOffBy(): Promise<number> {
    const { telegram, stack } = scene;
    const count = botTexts(TIME).length;
    await telegram.say(TIME, plan({ steps: [[['current_time', {}]]], say: `time ${count}` })).delivered;
    await stack.replies(`telegram/${TIME}`, count + 1);
    const { transcript } = await stack.read(`telegram/${TIME}`);
    const told = transcript.findLast((entry) => entry.kind === 'tool')?.output ?? '';
    return Date.parse(/\((.*)\)/.exec(told)?.[1] ?? '') - Date.now();
  }
  /** A message with a tool that may run once, in the middle of which the clock jumps. */
  async function talkWhileItJumps(ms: number, name: string) {
    const { telegram, ledger } = scene;
    const begun = ledger.of('pay', 'begin').length;
    const said = telegram.say(
      TALK,
      plan({ steps: [[['pay', { holdMs: 2_500 }]]], say: name, chunkDelayMs: 20 }),
    );
    await said.delivered;
    await ledger.begun('pay', begun + 1);
    await jump(ms);
    return said;
  }

  it('turns go on, each message is answered once, and nothing expires', async () => {
    const { telegram, stack, ledger } = scene;
    telegram.say(ASKS, plan({ steps: [[['charge', {}]]], say: 'charged' }), { from: 42, name: 'Boss' });
    await telegram.waitFor(ASKS, ({ buttons }) => buttons?.includes('Approve') === true);

    const ahead = await talkWhileItJumps(HOUR_MS, 'ahead');
    await stack.replies(`telegram/${TALK}`, 1);
    expect(await workerIsOffBy()).toBeGreaterThan(HOUR_MS - 60_000);
    expect(await telegram.redeliver(ahead)).toBe(200);
    // What is signed with the time is refused while the gateway's clock is wrong; who sent it delivers it again.
    const signed = await http.say(1, 'signed at the right time');
    expect((await sendWebhook(stack.url(), signed)).ok).toBe(false);
    expect((await stack.read(`telegram/${ASKS}`)).status).toBe('awaiting-approval');

    const back = await talkWhileItJumps(0, 'back');
    await stack.replies(`telegram/${TALK}`, 2);
    expect(Math.abs(await workerIsOffBy())).toBeLessThan(60_000);
    expect(await telegram.redeliver(ahead)).toBe(200);
    expect(await telegram.redeliver(back)).toBe(200);
    for (const time of [1, 2]) expect((await sendWebhook(stack.url(), signed)).ok, `${time}`).toBe(true);
    await stack.replies(`http/${http.conversation(1)}`, 1);

    telegram.press(ASKS, 'Approve', { from: 42, name: 'Boss' });
    await stack.replies(`telegram/${ASKS}`, 1);
    await telegram.say(TALK, 'and now?').delivered;
    await stack.replies(`telegram/${TALK}`, 3);

    expect(botTexts(TALK)).toEqual(['ahead [heard 1]', 'back [heard 2]', 'echo: and now? [heard 3]']);
    expect(botTexts(TIME)).toEqual(['time 0 [heard 1]', 'time 1 [heard 2]']);
    expect(botTexts(ASKS).filter((text) => text.includes('charged'))).toHaveLength(1);
    expect(http.shown(1)).toEqual(['echo: signed at the right time [heard 1]']);
    expect(ledger.of('pay', 'begin')).toHaveLength(2);
    expect(ledger.of('pay', 'end')).toHaveLength(2);
    expect(ledger.of('charge', 'end')).toHaveLength(1);
  }, 120_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(4);
  });
});
