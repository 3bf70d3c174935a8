import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** POSTs JSON; resolves when the answer, which must be 2xx, has been read. */
export async function post(url: string, body: string, headers?: Record<string, string>): Promise<void> {
  const status = await exchange(url, body, headers);
  if (status < 200 || status >= 300) throw new Error(`${url} answered ${status}`);
}

/** POSTs JSON over connections that are kept; resolves with the status of the answer when all of it has been read. */
export async function exchange(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request(url, { method: 'POST', agent, headers: { ...length, ...headers } }, (response) => {
    response.resume();
    response.on('error', reject);
    response.on('end', () => resolve(response.statusCode ?? 0));
  });
  sent.on('error', (cause: NodeJS.ErrnoException) => {
    // The server closed a kept connection while the request was on its way.
    if (sent.reusedSocket && cause.code === 'ECONNRESET') resolve(exchange(url, body, headers));
    else reject(new Error(`${url}: ${cause.message}`, { cause }));
  });
  sent.end(body);
  return promise;
}
