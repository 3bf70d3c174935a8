import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scene, startScene } from '../support/scene.ts';

/** As many as one gateway lets watch. */
const MOST_WATCHERS = 1_000;

describe('a gateway takes no more than', () => {
  let scene: Scene;
  let url: string;
  beforeAll(async () => {
    scene = await startScene({ withoutWorkers: true });
    url = scene.stack.url();
  });
  afterAll(() => scene?.stop());

  /** Sends this, then a byte a second, until the gateway closes the connection. Resolves with its answer. */
  async function dribble(head: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(head);
    const more = setInterval(() => socket.write('x'), 1_000);
    const answer = await text(socket).finally(() => clearInterval(more));
    return answer.split('\r\n')[0] ?? '';
  }

  it('16 KB of headers', async () => {
    const headers = { 'x-much': 'x'.repeat(17_000) };
    expect((await fetch(`${url}/healthz`, { headers })).status).toBe(431);
    expect((await fetch(`${url}/v1/conversations?platform=${'x'.repeat(17_000)}`)).status).toBe(431);
  });

  it('ten seconds for headers, and thirty for a request', { timeout: 60_000 }, async () => {
    const began = performance.now();
    const answers = await Promise.all([
      dribble('POST /webhooks/telegram HTTP/1.1\r\nhost: x\r\nx-slow: '),
      dribble('POST /webhooks/telegram HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n'),
    ]);
    expect(answers).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout']);
    expect(performance.now() - began).toBeLessThan(45_000);
  });

  it('a thousand that listen or wait, and lets others in when they have left', {
    timeout: 120_000,
  }, async () => {
    const agent = new Agent({ maxSockets: MOST_WATCHERS + 10 });
    const listen = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        get(`${url}/v1/conversations/limits/events`, { agent }, resolve).on('error', reject);
      });
    const listening = await Promise.all(Array.from({ length: MOST_WATCHERS }, listen));
    expect(new Set(listening.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));

    const refused = await listen();
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('10');
    expect(JSON.parse(await text(refused))).toMatchObject({ error: { code: 'too_many_watchers' } });
    const send = (wait: string) =>
      fetch(`${url}/v1/conversations/limits/messages${wait}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"text":"hello"}',
      });
    expect((await send('?wait=1')).status).toBe(503);
    // Webhooks, and messages whose sender does not wait, are taken all the same.
    expect((await send('')).status).toBe(202);

    for (const response of listening) response.destroy();
    await expect.poll(async () => (await send('?wait=1')).status, { timeout: 20_000 }).toBe(202);
    agent.destroy();
  });

  it('what it says is no page, and nothing that another page may use', async () => {
    for (const path of [
      '/v1/conversations',
      '/v1/conversations/limits/events',
      '/webhooks/telegram',
      '/v1/nothing',
    ]) {
      const response = await fetch(url + path);
      await response.body?.cancel();
      expect(Object.fromEntries(response.headers), path).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });
});
