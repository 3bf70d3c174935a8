import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../platforms/platform.ts';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import { startTelegramRig } from '../fakes/telegram/rig.ts';
import { eventually } from '../support/eventually.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

const PLACE = 1;

/** No platform is told that its message was taken before Temporal has stored it; what it sends again is processed once. */
describe('Temporal is SIGKILLed, and every platform sends a message', () => {
  const rigs: Rig[] = [];
  const requests = new Map<string, WebhookRequest>();
  const whileDown = new Map<string, Response>();
  let scene: Scene;
  const send = (request: WebhookRequest) => sendWebhook(scene.stack.url(), request);

  beforeAll(async () => {
    for (const start of Object.values(RIGS)) rigs.push(await start());
    scene = await startScene({ env: Object.assign({}, ...rigs.map(({ env }) => env)) });
    const { stack } = scene;
    await stack.temporal.kill();
    await Promise.all(
      rigs.map(async (rig) => {
        const request = await rig.say(PLACE, 'hello');
        requests.set(rig.name, request);
        whileDown.set(rig.name, await send(request));
      }),
    );
    await stack.startTemporal();
    await stack.ready();
  }, 120_000);
  afterAll(async () => {
    await scene?.stop();
    await Promise.all(rigs.map((rig) => rig.close()));
  });

  it.each(Object.keys(RIGS))('%s', async (name) => {
    const rig = rigs.find((one) => one.name === name);
    const request = requests.get(name);
    if (!rig || !request) throw new Error(`no rig ${name}`);
    const refused = whileDown.get(name);
    expect(refused?.status).toBe(503);
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused?.json()).toMatchObject({ error: { code: 'temporal_unavailable' } });

    for (let time = 0; time < 2; time++) expect((await send(request)).status).toBe(200);
    const replies = await scene.stack.replies(`${name}/${rig.conversation(PLACE)}`, 1);
    expect(replies.map(({ text }) => text)).toEqual(['echo: hello [heard 1]']);
    expect(rig.shown(PLACE)).toEqual(['echo: hello [heard 1]']);
  });
});

/** Platforms wait for some seconds at most, and many give up on an address that lets them wait. */
describe('Temporal stands still, and a platform sends a message', () => {
  const PATIENCE_MS = 15_000;
  let scene: Scene;
  let rig: Rig;

  beforeAll(async () => {
    rig = await startTelegramRig();
    scene = await startScene({ env: rig.env });
  });
  afterAll(async () => {
    scene?.stack.temporal.signal('SIGCONT');
    await scene?.stop();
    await rig?.close();
  });

  it('its sender is told to send it again, and is answered once', async () => {
    const request = await rig.say(PLACE, 'hello');
    const send = () => sendWebhook(scene.stack.url(), request);
    scene.stack.temporal.signal('SIGSTOP');
    const answered = await Promise.race([
      send(),
      sleep(PATIENCE_MS, 'not within the patience of a platform'),
    ]);
    expect(answered).toMatchObject({ status: 503 });
    scene.stack.temporal.signal('SIGCONT');
    await eventually(async () => (await send()).status === 200);
    await scene.stack.replies(`${rig.name}/${rig.conversation(PLACE)}`, 1);
    expect(rig.shown(PLACE)).toEqual(['echo: hello [heard 1]']);
  });
});
