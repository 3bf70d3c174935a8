import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireAccess } from '../../gateway/access.ts';
import { errorResponse, HttpError } from '../../gateway/errors.ts';
import { createOperate } from '../../gateway/operate/operate.ts';

const KEYS = ['the-first-key', 'the-second-key'];
const JSON_TYPE = { 'content-type': 'application/json' };

function appWith(keys: string[]): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof HttpError) return errorResponse(context, error);
    throw error;
  });
  app.use(
    '/v1/*',
    requireAccess(keys, () => '127.0.0.1'),
  );
  app.all('/v1/x', (context) => context.json({ ok: true }));
  app.route('/operate', createOperate(keys));
  return app;
}

describe('the session of the operator’s page', () => {
  const app = appWith(KEYS);
  const signIn = (key: string, headers: Record<string, string> = {}) =>
    app.request('http://gateway.example/operate/session', {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify({ key }),
    });
  const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? '';
  const valueOf = (cookie: string) => cookie.split(';')[0] ?? '';
  const ask = async (cookie: string, method = 'GET', headers: Record<string, string> = {}, to = app) => {
    const init = { method, headers: { host: 'gateway.example', cookie, ...headers } };
    return (await to.request('http://gateway.example/v1/x', init)).status;
  };
  let session: string;
  beforeAll(async () => {
    session = valueOf(cookieOf(await signIn(KEYS[1] ?? '')));
  });

  it('begins with one of the keys, which it does not tell, in a cookie that no script and no other site gets', async () => {
    const response = await signIn(KEYS[0] ?? '');
    expect(response.status).toBe(204);
    expect(cookieOf(response)).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookieOf(response)).toMatch(/Max-Age=43200/);
    expect(cookieOf(response)).not.toContain(KEYS[0]);
    expect(await ask(valueOf(cookieOf(response)))).toBe(200);
    expect(cookieOf(await signIn(KEYS[0] ?? '', { 'x-forwarded-proto': 'https' }))).toContain('; Secure');
  });

  it.each(['wrong', '', 'the-first-key,the-second-key'])('does not begin with the key "%s"', async (key) => {
    const response = await signIn(key);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('is not begun by a form of another site', async () => {
    const init = { method: 'POST', body: JSON.stringify({ key: KEYS[0] }) };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      expect(
        (await app.request('/operate/session', { ...init, headers: { 'content-type': type } })).status,
      ).toBe(415);
  });

  it('reads, and changes something only at the wish of a page from here', async () => {
    expect(await ask(session)).toBe(200);
    for (const headers of [
      { origin: 'http://gateway.example' },
      { origin: 'https://gateway.example', 'sec-fetch-site': 'same-origin' },
      { host: '10.0.0.1:8080', origin: 'https://gateway.example', 'sec-fetch-site': 'same-origin' },
    ])
      expect(await ask(session, 'POST', headers)).toBe(200);
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'http://gateway.example:81' },
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://other.gateway.example', 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[])
      expect(await ask(session, 'POST', headers)).toBe(401);
  });

  it('cannot be made up or made longer, and ends with its time, its key and the sign-out', async () => {
    const [until = '', mark = ''] = session.replace('holdfast_operator=', '').split('.');
    for (const forged of [
      `${Number(until) + 1}.${mark}`,
      `${until}.${mark.slice(0, -1)}A`.replace(`.${mark}`, `.${'A'.repeat(43)}`),
      `${until}.`,
      until,
      `${until}.${KEYS[0]}`,
    ])
      expect(await ask(`holdfast_operator=${forged}`)).toBe(401);
    expect(await ask(session, 'GET', {}, appWith([KEYS[0] ?? '']))).toBe(401);
    const later = vi.spyOn(Date, 'now').mockReturnValue((Number(until) + 1) * 1000);
    expect(await ask(session)).toBe(401);
    later.mockRestore();
    expect(await ask(session)).toBe(200);
    const out = await app.request('/operate/session', { method: 'DELETE' });
    expect(cookieOf(out)).toMatch(/^holdfast_operator=; Max-Age=0; Path=\//);
  });

  it('means nothing where there are no keys: then it is this machine that is asked for', async () => {
    const server = serve({ fetch: appWith([]).fetch, port: 0, hostname: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const x = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/v1/x`, { headers });
    expect((await x({})).status).toBe(200);
    expect((await x({ cookie: session, 'x-forwarded-for': '8.8.8.8' })).status).toBe(403);
    expect(
      (
        await appWith([]).request('/operate/session', {
          method: 'POST',
          headers: JSON_TYPE,
          body: '{"key":""}',
        })
      ).status,
    ).toBe(401);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the operator’s page', () => {
  const app = appWith(KEYS);
  let body: string;
  let headers: Headers;
  beforeAll(async () => {
    const response = await app.request('/operate');
    headers = response.headers;
    body = await response.text();
  });
  afterAll(() => vi.restoreAllMocks());

  it('is a document without any inline script or style, which may use its own files only', () => {
    expect(body).not.toMatch(/<style|<script(?![^>]+src=)|\son\w+=/);
    const policy = (headers.get('content-security-policy') ?? '').split('; ');
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy.join()).not.toMatch(/unsafe|\*/);
  });

  it('has all that it asks for', async () => {
    const found = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(found).toHaveLength(3);
    for (const address of found) {
      const response = await app.request(address);
      expect(response.status, address).toBe(200);
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
  });
});
