import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { createLoadFile } from '../../activities/load-file.ts';
import { type Served, serve } from '../support/serve.ts';

/** Files of replies are where a model, or a tool, says. */
const FILE = { name: 'a.txt', mediaType: 'text/plain' };
const { signal } = new AbortController();

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

/** 127.0.0.1 is public here, and all other addresses are not. */
const outside = createLoadFile({ fetchPrivate: false, isPublic: (address) => address === '127.0.0.1' });

it('a file of a reply is fetched, or taken from the address itself', async () => {
  served = await serve((_request, _body, response) => void response.end('duck'));
  expect(String((await outside({ ...FILE, url: served.url }, signal)).bytes)).toBe('duck');
  const { bytes } = await outside({ ...FILE, url: 'data:text/plain;base64,ZHVjaw==' }, signal);
  expect(String(bytes)).toBe('duck');
});

it.each([
  ['http://127.0.0.1:{port}/', /private address/],
  ['http://[::ffff:7f00:1]:{port}/', /private address/],
  ['http://localhost:{port}/', /private address/],
  ['http://169.254.169.254/latest/meta-data/', /private address/],
  ['file:///etc/passwd', /only http and https/],
  ['ftp://example.com/', /only http and https/],
  ['gopher://127.0.0.1:{port}/', /only http and https/],
  ['http://user:word@127.0.0.1:{port}/', /user name or password/],
])('nothing is fetched from %s', async (address, reason) => {
  let asked = 0;
  served = await serve((_request, _body, response) => {
    asked += 1;
    response.end('secret');
  });
  const { port } = new URL(served.url);
  const load = createLoadFile({ fetchPrivate: false });
  await expect(load({ ...FILE, url: address.replace('{port}', port) }, signal)).rejects.toThrow(reason);
  expect(asked).toBe(0);
});

it('nor from where a public address redirects', async () => {
  const asked: unknown[] = [];
  served = await serve((request, _body, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: `http://127.0.0.2:${new URL(served?.url ?? '').port}/inside` }).end();
  });
  await expect(outside({ ...FILE, url: served.url }, signal)).rejects.toThrow(
    /127.0.0.2 is a private address/,
  );
  expect(asked).toEqual(['/']);
});

it('and no more than 20 MB, however little it says and sends', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024);
  let packed = 0;
  served = await serve((_request, _body, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    function* bomb() {
      for (; packed < 2_000 && !response.destroyed; packed++) yield mebibyte;
    }
    pipeline(Readable.from(bomb()), createGzip(), response, () => {});
  });
  await expect(outside({ ...FILE, url: served.url }, signal)).rejects.toThrow('it is larger than 20 MB');
  expect(packed).toBeLessThan(1_500);
});
