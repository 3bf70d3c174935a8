import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { call, failureOf, jsonOf } from '../../platforms/call.ts';
import { download } from '../../platforms/download.ts';
import { AttachmentUnavailable, DeliveryRefused, RateLimited } from '../../platforms/platform.ts';
import { freePort } from '../support/free-port.ts';

const { signal } = new AbortController();
const servers: Server[] = [];

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
}
const thrownBy = (action: Promise<unknown>) =>
  action.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('call', () => {
  it('sends JSON and reads the whole answer, whatever its status', async () => {
    const seen: string[] = [];
    const url = await serving((request, response) => {
      seen.push(`${request.method} ${request.headers['content-type']} ${request.headers.authorization}`);
      response.writeHead(418).end('{"a":1}');
    });
    const answer = await call({
      what: 'X: y',
      url,
      json: { b: 2 },
      headers: { authorization: 'me' },
      signal,
    });
    expect(answer).toMatchObject({ status: 418, ok: false });
    expect(jsonOf(answer)).toEqual({ a: 1 });
    expect(jsonOf({ text: '<html>' })).toBeUndefined();
    expect(seen).toEqual(['POST application/json me']);
  });

  it('tells of no address, and follows no redirect', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}/secret-path`;
    const gone = await thrownBy(call({ what: 'X: y', url: nobody, signal }));
    expect(gone?.message).toBe('X: y: no answer (ECONNREFUSED)');
    expect(String(gone?.stack) + String(gone?.cause)).not.toContain('secret-path');
    const url = await serving((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await call({ what: 'X: y', url, signal })).toMatchObject({ status: 302 });
  });

  it('gives up in time, or when it is told to, with that reason', async () => {
    const url = await serving(() => {});
    const late = await thrownBy(call({ what: 'X: y', url, signal, timeoutMs: 50 }));
    expect(late?.message).toBe('X: y: no answer (TimeoutError)');
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 20);
    expect((await thrownBy(call({ what: 'X: y', url, signal: stop.signal })))?.message).toBe('stopped');
  });

  it('tells refusals, pauses and what is worth another attempt apart', () => {
    const failure = (status: number, headers = {}) =>
      failureOf({ what: 'X: y', status, ok: false, headers: new Headers(headers), text: '' }, 'because');
    for (const status of [301, 400, 401, 402, 403, 404, 406, 410, 413, 414, 422, 431, 451])
      expect(failure(status)).toBeInstanceOf(DeliveryRefused);
    expect(failure(400).message).toBe('X: y: answered 400 because');
    expect(failure(429, { 'retry-after': '3' })).toMatchObject({ name: 'RateLimited', retryAfterMs: 3000 });
    expect(failure(429)).toMatchObject({ name: 'RateLimited', retryAfterMs: 5000 });
    expect(failure(503, { 'retry-after': '2' })).toMatchObject({ name: 'RateLimited', retryAfterMs: 2000 });
    for (const status of [408, 409, 412, 423, 425, 500, 502, 503, 504]) {
      expect(failure(status)).not.toBeInstanceOf(DeliveryRefused);
      expect(failure(status)).not.toBeInstanceOf(RateLimited);
    }
  });
});

describe('download', () => {
  it('reads up to the limit, whether the size is told or not', async () => {
    const url = await serving((request, response) => {
      const told = request.headers['x-told'] === 'yes';
      response.writeHead(200, {
        'content-type': 'text/plain; charset=utf-8',
        ...(told && { 'content-length': 1000 }),
      });
      for (let time = 0; time < 10; time++) response.write('x'.repeat(100));
      response.end();
    });
    for (const told of ['yes', 'no']) {
      const options = { what: 'X: file', url, headers: { 'x-told': told }, signal };
      const file = await download({ ...options, maxBytes: 1000 });
      expect(file).toEqual({ bytes: Buffer.from('x'.repeat(1000)), mediaType: 'text/plain' });
      const tooLarge = await thrownBy(download({ ...options, maxBytes: 999 }));
      expect(tooLarge).toBeInstanceOf(AttachmentUnavailable);
      expect(tooLarge?.message).toBe('it is larger than 0 KB');
    }
  });

  it('takes the known media type where the answer has none of use', async () => {
    const url = await serving((_, response) =>
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('x'),
    );
    const options = { what: 'X: file', url, maxBytes: 10, signal };
    expect((await download({ ...options, mediaType: 'image/png' })).mediaType).toBe('image/png');
    expect((await download(options)).mediaType).toBe('application/octet-stream');
  });

  it('tells what is gone from what may come back, and follows no redirect', async () => {
    const statuses = [404, 403, 302, 500, 429];
    const url = await serving((_, response) =>
      response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere', 'retry-after': '1' }).end(),
    );
    const next = () => thrownBy(download({ what: 'X: file', url, maxBytes: 10, signal }));
    for (let time = 0; time < 3; time++) expect(await next()).toBeInstanceOf(AttachmentUnavailable);
    expect((await next())?.message).toBe('X: file: answered 500');
    expect(await next()).toMatchObject({ name: 'RateLimited', retryAfterMs: 1000 });
  });
});
