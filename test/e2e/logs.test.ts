import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const WRITTEN = 'xylophone-of-the-message';
const SENDER = { name: 'Quetzalcoatl' };

/** The lines of the real processes: whose each is, and nothing that people write. */
describe('logs', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  const output = () => [...scene.stack.gateways, ...scene.stack.workers].map((one) => one.output).join('\n');
  const lines = () =>
    output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const line = (is: Record<string, unknown>) =>
    eventually(() => lines().find((one) => Object.entries(is).every(([key, value]) => one[key] === value)), {
      what: () => `${JSON.stringify(is)} in ${output()}`,
    });

  it('tell whose they are where a model, a tool or a platform fails, and not what was written', async () => {
    const { stack, model, telegram } = scene;
    const { script } = model;
    // A provider that quotes what it was sent, a tool that quotes its input, and a platform that blocks.
    telegram.say(9501, plan({ steps: [[['fail_with', { text: WRITTEN }]]], say: WRITTEN }), SENDER);
    await stack.replies('telegram/9501', 1);
    model.script = () => ({
      status: 400,
      body: JSON.stringify({ error: { message: `cannot read: ${WRITTEN}` } }),
    });
    telegram.say(9502, WRITTEN, SENDER);
    await stack.replies('telegram/9502', 1);
    model.script = script;
    telegram.block(9503);
    telegram.say(9503, WRITTEN, SENDER);
    await stack.replies('telegram/9503', 1);

    const failed = { msg: 'Activity failed', turn: 1, level: 40 };
    await line({
      ...failed,
      activity: 'fail_with',
      conversation: 'telegram/9501',
      failure: 'ToolFailed',
      attempt: 1,
    });
    await line({
      ...failed,
      activity: 'callModel',
      conversation: 'telegram/9502',
      failure: 'ModelRefused',
      status: 400,
    });
    const refused = await line({ ...failed, activity: 'deliver', conversation: 'telegram/9503' });
    expect(refused).toMatchObject({ workflow: 'telegram/9503', run: expect.any(String) });
    const lost = await line({
      msg: 'reply not delivered',
      conversation: 'telegram/9503',
      failure: 'DeliveryRefused',
    });
    expect(lost).toMatchObject({
      turn: 1,
      platform: 'telegram',
      workflow: 'telegram/9503',
      run: expect.any(String),
    });
    expect(output()).not.toContain(WRITTEN);
    expect(output()).not.toContain(SENDER.name);
  });

  it('tell of requests: method, route, status, time and platform, or the conversation', async () => {
    await fetch(`${scene.stack.url()}/v1/conversations/nowhere?secret=${WRITTEN}`);
    const route = { msg: 'request', level: 30 };
    const stored = await line({ ...route, method: 'POST', platform: 'telegram', status: 200 });
    expect(stored).toMatchObject({ route: '/webhooks/:platform', ms: expect.any(Number) });
    await line({ ...route, method: 'GET', conversation: 'web/nowhere', status: 404 });
    expect(output()).not.toContain(WRITTEN);
  });
});
