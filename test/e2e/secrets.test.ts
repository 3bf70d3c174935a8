import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Secrets of every kind, through turns that work and turns that fail, must show up nowhere. */
describe('secrets', () => {
  let scene: Scene;
  const apiKey = 'api-key-of-this-test';
  const httpSecret = Buffer.from('http-secret-of-this-test-123').toString('base64');

  beforeAll(async () => {
    scene = await startScene({
      env: { HTTP_WEBHOOK_SECRET: `whsec_${httpSecret}`, HOLDFAST_LOG_LEVEL: 'debug' },
    });
  });
  afterAll(() => scene?.stop());

  it('never reach histories, logs, answers or errors', async () => {
    const { stack, model, telegram } = scene;
    telegram.say(9101, plan({ steps: [[['look_up', {}]]] }));
    await stack.replies('telegram/9101', 1);
    const script = model.script;
    model.script = () => ({ status: 401 });
    telegram.fail('sendMessage', { status: 500, times: 2 });
    telegram.say(9101, 'refused');
    const [, refused] = await stack.replies('telegram/9101', 2);
    expect(refused).toMatchObject({ status: 'failed' });
    model.script = script;
    telegram.block(9102);
    telegram.say(9102, 'blocked');
    await stack.replies('telegram/9102', 1);
    const wrong = await fetch(`${stack.url()}/v1/conversations/x`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });

    const seen = [await wrong.text(), ...[...stack.gateways, ...stack.workers].map(({ output }) => output)];
    for await (const { workflowId, runId } of stack.client.workflow.list()) {
      const history = await stack.client.workflow.getHandle(workflowId, runId).fetchHistory();
      // Payloads are bytes; as text they can be searched.
      seen.push(
        JSON.stringify(history, (_, value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString() : value,
        ),
      );
    }
    const all = seen.join('\n');
    expect(all).toContain('refused');
    for (const secret of [
      model.key,
      'token-of-the-tests',
      'secret-of-the-tests',
      'internal-key-of-the-tests',
      apiKey,
      httpSecret,
    ])
      expect(all).not.toContain(secret);
  });
});
