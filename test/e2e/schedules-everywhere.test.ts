import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import { eventually } from '../support/eventually.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

/** What is due answers no message: every platform must find its way to the person all the same. */
describe('a reminder on every platform', () => {
  const rigs = new Map<string, Rig>();
  let scene: Scene;

  beforeAll(async () => {
    for (const [name, start] of Object.entries(RIGS)) rigs.set(name, await start());
    scene = await startScene({ env: Object.assign({}, ...[...rigs.values()].map((rig) => rig.env)) });
    await Promise.all(
      [...rigs.values()].map(async (rig) => {
        const request = await rig.say(1, '/remind in 5 seconds take the bread out');
        const response = await sendWebhook(scene.stack.url(), request);
        if (!response.ok) throw new Error(`${rig.name}: ${response.status} ${await response.text()}`);
      }),
    );
  }, 120_000);
  afterAll(async () => {
    await scene?.stop();
    await Promise.all([...rigs.values()].map((rig) => rig.close()));
  });

  it.each(Object.keys(RIGS))('%s', async (name) => {
    const rig = rigs.get(name) as Rig;
    await eventually(() => rig.shown(1).length === 2, { what: `the reminder on ${name}` });
    // Some of the recorded messages were sent long ago: what they ask for is late from the beginning.
    expect(rig.shown(1)).toEqual([
      expect.stringContaining('I will remind you on'),
      expect.stringMatching(/^⏰ take the bread out(?:\n\n\(due .*; late because I was down\))?$/),
    ]);
  });
});
