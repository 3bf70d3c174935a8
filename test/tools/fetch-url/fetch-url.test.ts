import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FetchUrlOptions, fetchUrl } from '../../../tools/fetch-url/fetch-url.ts';
import { ToolError } from '../../../tools/tool.ts';
import { toolContext } from '../context.ts';

let server: Server;
let url: string;
let hits: string[];
let handle: RequestListener;

beforeEach(async () => {
  hits = [];
  server = createServer((request, response) => {
    hits.push(`${request.headers.host} ${request.url}`);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${port()}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => (server.address() as AddressInfo).port;
const sends =
  (type: string, body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  };
async function get(
  target = url,
  options: Partial<FetchUrlOptions> = {},
  signal = new AbortController().signal,
) {
  const tool = fetchUrl({ fetchPrivate: true, ...options });
  return (await tool.run({ url: target }, toolContext({ signal }))) as string;
}
const error = (target?: string, options?: Partial<FetchUrlOptions>): Promise<Error> =>
  get(target, options).then(
    (text: string) => expect.unreachable(`it was read: ${text}`),
    (reason) => reason,
  );

describe('fetch_url reads', () => {
  it('the text of a page with its title', async () => {
    handle = sends(
      'text/html',
      '<title>Ducks &amp; geese</title><style>x{}</style><script>alert(1)</script><h1>Ducks</h1><p>They <a href="/q">quack</a>.<img src="x">',
    );
    expect(await get()).toBe(`${url}/\n\nTitle: Ducks & geese\n\nDucks\n\nThey quack.`);
  });

  it.each([
    ['text/plain', 'plain'],
    ['application/json; charset=utf-8', '{"a":1}'],
    ['application/ld+json', '{}'],
    ['application/xml', '<a>1</a>'],
    ['TEXT/CSV', 'a,b'],
  ])('%s as it is', async (type, body) => {
    handle = sends(type, body);
    expect(await get()).toBe(`${url}/\n\n${body}`);
  });

  it.each([
    ['the header', 'text/plain; charset=iso-8859-1', Buffer.from([0x63, 0x61, 0x66, 0xe9])],
    [
      'the page',
      'text/html',
      Buffer.concat([Buffer.from('<meta charset="windows-1252"><p>caf'), Buffer.from([0xe9])]),
    ],
    ['a byte order mark', 'text/plain', Buffer.from('\ufeffcafé', 'utf16le')],
    ['nothing, so UTF-8', 'text/plain', Buffer.from('café')],
    ['an unknown name, so UTF-8', 'text/plain; charset=klingon', Buffer.from('café')],
  ])('the charset named by %s', async (_by, type, body) => {
    handle = sends(type, body);
    expect(await get()).toBe(`${url}/\n\ncafé`);
  });

  it('what is compressed', async () => {
    handle = sends('text/plain', gzipSync('squeezed'), { 'content-encoding': 'gzip' });
    expect(await get()).toContain('squeezed');
  });

  it('the beginning of a huge body, and no more', async () => {
    let sent = 0;
    handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const chunk = 'x'.repeat(64 * 1024);
      const more = () => {
        while (!response.destroyed && sent < 200 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) return response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    const text = await get();
    expect(text.length).toBeLessThan(51_000);
    expect(text).toMatch(/\[The page goes on/);
    expect(sent).toBeLessThan(100 * 1024 * 1024);
  });

  it('the beginning of what is small, and huge when it is unpacked', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, 'x');
    let packed = 0;
    handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      function* bomb() {
        for (; packed < 2000 && !response.destroyed; packed++) yield mebibyte;
      }
      pipeline(Readable.from(bomb()), createGzip(), response, () => {});
    };
    expect((await get()).length).toBeLessThan(51_000);
    expect(packed).toBeLessThan(1000);
  });

  it.each(['<div>', '<title ', '<!--', '<a href="x', '<ul><li>', '<table><tr><td>', '<blockquote>'])(
    'a page full of %s, or says that it cannot, and holds nothing up for long',
    async (piece) => {
      handle = sends('text/html', `<p>duck</p>${piece.repeat((1024 * 1024) / piece.length - 10)}`);
      const delays = monitorEventLoopDelay({ resolution: 10 });
      delays.enable();
      const read = await get().catch((reason: unknown) => reason);
      delays.disable();
      if (read instanceof Error)
        expect(read).toMatchObject({ name: 'ToolError', message: expect.stringContaining('intricate') });
      else expect(read).toContain('duck');
      expect(delays.max / 1e6, 'ms').toBeLessThan(3_500);
    },
  );

  it('what a redirect leads to', async () => {
    handle = (request, response) => {
      if (request.url === '/end') return sends('text/plain', 'arrived')(request, response);
      response.writeHead(302, { location: '/end' }).end();
    };
    expect(await get()).toBe(`${url}/end\n\narrived`);
  });
});

describe('fetch_url refuses', () => {
  it.each([
    ['image/png', /this is image\/png, not text/],
    ['application/octet-stream', /not text/],
  ])('%s', async (type, reason) => {
    handle = sends(type, 'x');
    expect(await error()).toMatchObject({ name: 'ToolError', message: expect.stringMatching(reason) });
  });

  it.each([
    ['file:///etc/passwd', /only http and https/],
    ['ftp://example.com/', /only http and https/],
    ['not an address', /is not an address/],
    ['http://user:secret@example.com/', /user name or password/],
  ])('%s', async (address, reason) => {
    const { name, message } = await error(address);
    expect(name).toBe('ToolError');
    expect(message).toMatch(reason);
  });

  it('a redirect to another scheme', async () => {
    handle = (_request, response) => void response.writeHead(301, { location: 'file:///etc/passwd' }).end();
    expect((await error()).message).toMatch(/only http and https/);
  });

  it('endless redirects', async () => {
    handle = (_request, response) => void response.writeHead(307, { location: '/again' }).end();
    expect((await error()).message).toMatch(/redirects more than 5 times/);
    expect(hits).toHaveLength(6);
  });

  it('a body that does not end in time', async () => {
    handle = (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/plain' }).write('slow');
    expect(await error(url, { timeoutMs: 300 })).toMatchObject({
      name: 'ToolError',
      message: expect.stringMatching(/within 0.3 s/),
    });
  });

  it('to go on when it is aborted, with the reason', async () => {
    handle = () => {};
    const controller = new AbortController();
    const running = get(url, {}, controller.signal).catch((reason: unknown) => reason);
    await expect.poll(() => hits.length).toBe(1);
    controller.abort(new Error('stopped'));
    expect(await running).toMatchObject({ message: 'stopped' });
  });

  it.each([
    [404, true],
    [403, true],
    [429, false],
    [503, false],
  ])('an answer with status %i; for good: %s', async (status, forGood) => {
    handle = (_request, response) =>
      void response.writeHead(status, { 'content-type': 'text/html' }).end('oh');
    const reason = await error();
    expect(reason.message).toContain(`the server answered ${status}`);
    expect(reason instanceof ToolError).toBe(forGood);
  });

  it('a server that is not there, saying why', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port: closed } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    expect((await error(`http://127.0.0.1:${closed}/`)).message).toMatch(/ECONNREFUSED/);
  });
});

describe('fetch_url does not reach private addresses', () => {
  const guarded = (resolve?: FetchUrlOptions['resolve']): Partial<FetchUrlOptions> =>
    resolve ? { fetchPrivate: false, resolve } : { fetchPrivate: false };
  const refused = { name: 'ToolError', message: expect.stringMatching(/private address/) };
  beforeEach(() => {
    handle = sends('text/plain', 'secret');
  });
  afterEach(() => expect(hits).toEqual([]));

  it.each(
    [
      [
        '127.0.0.1',
        '127.1',
        '127.0.0.1.',
        '2130706433',
        '0x7f000001',
        '0x7f.1',
        '0177.0.0.1',
        '017700000001',
      ],
      ['0.0.0.0', '0', 'localhost', 'LOCALHOST', '１２７.０.０.１', '127%2e0%2e0%2e1', '169.254.169.254'],
      ['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
      ['[::ffff:169.254.169.254]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]'],
      ['[fe80::1]', '[fc00::1]', '[fd12:3456::1]', '[ff02::1]', '[2001:0:7f00:1::]'],
    ].flat(),
  )('at %s', async (host) => {
    expect(await error(`http://${host}:${port()}/`, guarded())).toMatchObject(refused);
  });

  it.each([
    ['a zone', (at: string) => `http://[fe80::1%25lo]:${at}/`, /is not an address/],
    ['a name before it', (at: string) => `http://example.com@127.0.0.1:${at}/`, /user name or password/],
    ['another name behind it', (at: string) => `http://127.0.0.1:${at}#@example.com/`, /private address/],
    ['backslashes', (at: string) => `http:\\\\127.0.0.1:${at}\\@example.com/`, /private address/],
    ['no slashes', (at: string) => `http:127.0.0.1:${at}`, /private address/],
    ['spaces and line ends in it', (at: string) => ` http://127.0.\n0.1:${at}/ `, /private address/],
  ])('with %s', async (_what, address, reason) => {
    const { name, message } = await error(address(String(port())), guarded());
    expect(name).toBe('ToolError');
    expect(message).toMatch(reason);
  });

  it('behind a name that resolves to one, alone or among others', async () => {
    const addresses = [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(
      await error(
        `http://rebind.test:${port()}/`,
        guarded(async () => addresses),
      ),
    ).toMatchObject(refused);
    expect(
      await error(
        `http://rebind.test:${port()}/`,
        guarded(async () => addresses.slice(1)),
      ),
    ).toMatchObject(refused);
  });
});

describe('fetch_url checks every connection', () => {
  /** Here 127.0.0.1 counts as public, and 127.0.0.2 as private; names resolve to what the test says, in turn. */
  function world(...addresses: string[]): Partial<FetchUrlOptions> & { asked: string[] } {
    const asked: string[] = [];
    return {
      asked,
      fetchPrivate: false,
      isPublic: (address) => address === '127.0.0.1',
      async resolve(host) {
        asked.push(host);
        return [{ address: addresses[asked.length - 1] ?? '127.0.0.2', family: 4 }];
      },
    };
  }

  it.each([
    ['an address', '127.0.0.2'],
    ['a name', 'inside.test'],
    ['an IPv6 address', '[::1]'],
    ['the metadata of a cloud', '169.254.169.254'],
  ])('also after a redirect to %s', async (_what, host) => {
    handle = (_request, response) =>
      void response.writeHead(302, { location: `http://${host}:${port()}/secret` }).end();
    const { message } = await error(`http://outside.test:${port()}/`, world('127.0.0.1'));
    const shown = host.replace(/[[\]]/g, '');
    expect(message).toBe(`${shown} is a private address, which this tool may not reach`);
    expect(hits).toEqual([`outside.test:${port()} /`]);
  });

  it('also of a name that it has read from before: the server closed the connection, and the name has moved', async () => {
    handle = (request, response) => {
      response.setHeader('connection', 'close');
      sends('text/plain', 'open')(request, response);
    };
    const tool = fetchUrl(world('127.0.0.1', '127.0.0.2') as FetchUrlOptions);
    const read = () => tool.run({ url: `http://rebind.test:${port()}/` }, toolContext());
    expect(await read()).toContain('open');
    await expect(read()).rejects.toThrow('rebind.test is a private address');
    expect(hits).toHaveLength(1);
  });

  it('by the very address that it connects to, so that a name cannot change it in between', async () => {
    handle = sends('text/plain', 'open');
    const options = world('127.0.0.1', '127.0.0.2');
    expect(await get(`http://rebind.test:${port()}/`, options)).toContain('open');
    expect(options.asked).toEqual(['rebind.test']);
    expect((await error(`http://rebind.test:${port()}/`, world('127.0.0.2'))).message).toMatch(
      /private address/,
    );
    expect(hits).toHaveLength(1);
  });
});
