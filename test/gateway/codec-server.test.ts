import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { EncryptionCodec } from '../../encryption/encryption-codec.ts';
import { KeyRing } from '../../encryption/key-ring.ts';
import { createCodecServer } from '../../gateway/codec-server/app.ts';
import { writePayloads } from '../../gateway/codec-server/payloads.ts';
import { createKey } from '../encryption/create-key.ts';

const UI = 'http://127.0.0.1:8233';
const [KEY, OTHER] = ['first-api-key', 'second-api-key'];
const codec = new EncryptionCodec(KeyRing.parse(`k:${createKey()}`));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const PLAIN = { metadata: { encoding: base64('json/plain') }, data: base64('"hello"') };

describe('the codec server', () => {
  let server: ServerType;
  let url: string;
  afterEach(() => void server?.close());

  async function start(apiKeys: string[] = [KEY, OTHER], ui: string | undefined = UI): Promise<void> {
    const { fetch } = createCodecServer({ codec, ui, apiKeys, log: pino({ level: 'silent' }) });
    server = serve({ fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** As Temporal's UI asks. */
  const ask = (way: string, payloads: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/${way}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-namespace': 'default', origin: UI, ...headers },
      body: typeof payloads === 'string' ? payloads : JSON.stringify({ payloads }),
    });
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const signIn = (key: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ key }),
      redirect: 'manual',
      headers,
    });
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? '';
  const cookie = (response: Response) => ({ cookie: cookieOf(response).split(';')[0] ?? '' });

  it('encrypts and decrypts in the form that Temporal speaks; what is not encrypted stays as it is', async () => {
    await start();
    const encoded = (await (await ask('encode', [PLAIN], bearer(KEY))).json()) as {
      payloads: [typeof PLAIN];
    };
    expect(JSON.stringify(encoded)).not.toContain(PLAIN.data);
    expect(Buffer.from(encoded.payloads[0].metadata.encoding, 'base64').toString()).toBe('binary/encrypted');
    const decoded = await ask('decode', [...encoded.payloads, PLAIN], bearer(OTHER));
    expect(await decoded.json()).toEqual({ payloads: [PLAIN, PLAIN] });
  });

  it('answers nobody without a key, or with a wrong one', async () => {
    await start();
    for (const headers of [{}, bearer('wrong'), bearer(''), { cookie: 'holdfast-codec=9999999999999.x' }]) {
      const response = await ask('decode', [PLAIN], headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } });
    }
  });

  it('answers a browser whose person has signed in, until they sign out or the key is gone', async () => {
    await start();
    expect(await (await fetch(url)).text()).toContain('Sign in with one of');
    expect((await signIn('wrong')).status).toBe(401);
    expect(cookieOf(await signIn('wrong'))).toBe('');
    const signedIn = await signIn(OTHER);
    expect(signedIn.status).toBe(303);
    expect(cookieOf(signedIn)).toMatch(/HttpOnly/);
    expect(cookieOf(signedIn)).toMatch(/SameSite=Strict/);
    expect(cookieOf(signedIn)).not.toContain(OTHER);
    expect((await ask('decode', [PLAIN], cookie(signedIn))).status).toBe(200);
    expect(await (await fetch(url, { headers: cookie(signedIn) })).text()).toContain('You are signed in');
    const later = { cookie: cookie(signedIn).cookie.replace(/=\d/, '=9') };
    expect((await ask('decode', [PLAIN], later)).status).toBe(401);
    const out = await fetch(`${url}/sign-out`, { method: 'POST', redirect: 'manual' });
    expect(cookieOf(out)).toMatch(/holdfast-codec=;.*Max-Age=0/);
    server.close();
    await start([KEY]);
    expect((await ask('decode', [PLAIN], cookie(signedIn))).status).toBe(401);
  });

  it('behind https, gives a cookie that UIs on other sites may send', async () => {
    await start();
    const set = cookieOf(await signIn(KEY, { 'x-forwarded-proto': 'https' }));
    expect(set).toMatch(/Secure/);
    expect(set).toMatch(/SameSite=None/);
  });

  it('lets exactly the pages of the UI ask, with credentials', async () => {
    await start();
    const preflight = (origin: string) =>
      fetch(`${url}/decode`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace',
        },
      });
    const { headers } = await preflight(UI);
    expect(headers.get('access-control-allow-origin')).toBe(UI);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toBe('content-type,x-namespace');
    for (const origin of ['http://127.0.0.1:8234', 'http://localhost:8233', 'https://evil.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const refused = await ask('decode', [PLAIN], { ...bearer(KEY), origin });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('without the address of a UI, answers programs only', async () => {
    await start([KEY], '');
    expect((await ask('decode', [PLAIN], bearer(KEY))).status).toBe(403);
    const program = await fetch(`${url}/decode`, {
      method: 'POST',
      headers: bearer(KEY),
      body: '{"payloads":[]}',
    });
    expect(await program.json()).toEqual({ payloads: [] });
  });

  it('without API keys, answers this machine only', async () => {
    await start([]);
    expect((await ask('decode', [PLAIN])).status).toBe(200);
    expect((await ask('decode', [PLAIN], { 'x-forwarded-for': '10.0.0.1' })).status).toBe(403);
    expect((await signIn('')).status).toBe(401);
  });

  it('says what is wrong with a request, and which key it lacks', async () => {
    await start();
    for (const body of [
      '',
      'null',
      '{"payloads":1}',
      '{"payloads":[1]}',
      '{"payloads":[{"metadata":{"a":1}}]}',
    ])
      expect((await ask('decode', body, bearer(KEY))).status, body).toBe(400);
    const lost = new EncryptionCodec(KeyRing.parse(`lost:${createKey()}`));
    const { payloads } = writePayloads(await lost.encode([{ data: new Uint8Array([1]) }]));
    const response = await ask('decode', payloads, bearer(KEY));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the key \\"lost\\", which is not in');
  });
});
