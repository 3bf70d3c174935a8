import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Scene, startScene } from '../support/scene.ts';

const KEY = 'key-of-the-tests';
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const AT = 'https://bot.example.com';

/** What a host does that calls a module's `fetch`: it hands over a request, and may abort it. */
describe('the gateway as a web-standard handler', () => {
  let scene: Scene;
  let handle: (request: Request) => Response | Promise<Response>;

  beforeAll(async () => {
    scene = await startScene();
    vi.stubEnv('TEMPORAL_ADDRESS', scene.stack.temporalAddress);
    vi.stubEnv('HOLDFAST_API_KEYS', KEY);
    handle = (await import('../../gateway/fetch.ts')).default.fetch;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await scene?.stop();
  });
  const post = (conversation: string, query: string, init: RequestInit = {}) =>
    new Request(`${AT}/v1/conversations/${conversation}/messages${query}`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ text: 'hello' }),
      ...init,
    });

  it('answers a message with its reply, and who has no key not at all', async () => {
    const answered = await handle(post('fetched', '?wait=30'));
    expect(await answered.json()).toMatchObject({ reply: { text: 'echo: hello [heard 1]' } });
    expect(
      (await handle(post('fetched', '', { headers: { 'content-type': 'application/json' } }))).status,
    ).toBe(401);
  });

  it('ends what waits when the request is aborted', async () => {
    await scene.stack.killWorkers();
    const began = performance.now();
    const waiting = await handle(post('waits', '?wait=60', { signal: AbortSignal.timeout(1_500) }));
    expect(waiting.status).toBe(202);
    const signal = AbortSignal.timeout(1_500);
    const events = await handle(
      new Request(`${AT}/v1/conversations/waits/events`, { headers: HEADERS, signal }),
    );
    expect(await events.text()).not.toContain('event: reply');
    // Without a worker each question would be answered after five seconds.
    expect(performance.now() - began).toBeLessThan(4_900);
  });
});
