import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

describe('SIGKILL of Temporal', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  it('mid-turn: it comes back from its store, and the turn goes on with nothing restarted', async () => {
    const { stack, ledger } = scene;
    await stack.say('mid-turn', plan({ steps: [[['pay', {}]], [['look_up', { holdMs: 1_500 }]]] }));
    await stack.say('mid-turn', 'and then');
    await ledger.begun('look_up');
    await stack.temporal.kill();
    await stack.startTemporal();
    const replies = await stack.replies('mid-turn', 1);
    expect(replies.flatMap(({ answers }) => answers)).toHaveLength(2);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
  });

  it('for a while: webhooks get 503 with Retry-After, /readyz says so, and all goes on when it is back', async () => {
    const { stack, telegram } = scene;
    telegram.say(5001, 'before');
    await telegram.waitFor(5001, ({ text }) => text === 'echo: before [heard 1]');
    await stack.temporal.kill();

    const refused = await stack.say('down', 'hello', 'm1');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ error: { code: 'temporal_unavailable' } });
    const ready = await fetch(`${stack.url()}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ok: false, temporal: 'unreachable' });
    expect((await fetch(`${stack.url()}/healthz`)).status).toBe(200);
    const said = telegram.say(5001, 'meanwhile');
    await eventually(() => telegram.attempts.some(({ status }) => status === 503));

    await stack.startTemporal();
    await said.delivered;
    await telegram.waitFor(5001, ({ text }) => text === 'echo: meanwhile [heard 2]');
    await stack.ready();
    expect(telegram.messages(5001, 'bot').map(({ text }) => text)).toEqual([
      'echo: before [heard 1]',
      'echo: meanwhile [heard 2]',
    ]);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(1);
  });
});
