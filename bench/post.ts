import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** POSTs JSON over connections that are kept; resolves when the answer, which must be 2xx, has been read. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request(url, { method: 'POST', agent, headers: { ...length, ...headers } }, (response) => {
    const { statusCode = 0 } = response;
    response.resume();
    response.on('error', reject);
    response.on('end', () =>
      statusCode >= 200 && statusCode < 300 ? resolve() : reject(new Error(`${url} answered ${statusCode}`)),
    );
  });
  sent.on('error', (cause: NodeJS.ErrnoException) => {
    // The server closed a kept connection while the request was on its way.
    if (sent.reusedSocket && cause.code === 'ECONNRESET') resolve(post(url, body, headers));
    else reject(new Error(`${url}: ${cause.message}`, { cause }));
  });
  sent.end(body);
  return promise;
}
