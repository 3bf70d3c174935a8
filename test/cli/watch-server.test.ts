import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchServer } from '../../cli/temporal/watch-server.ts';

/** Time for five looks. */
const LOOKED_MS = 12_000;
/** As Temporal said it in a storm, until it was killed. */
const INTERRUPTED = { status: '14', message: 'GetNamespace operation failed. Error interrupted (9)' };

/** A server that answers as Temporal's frontend does, with this status and message, and why it was to be started again. */
async function frontend(answer: { status: string; message: string }) {
  const server = createServer().on('stream', (stream) => {
    const trailers = { 'grpc-status': answer.status, 'grpc-message': encodeURIComponent(answer.message) };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = new AbortController();
  const why: string[] = [];
  const watching = watchServer({
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: stop.signal,
    restart: async (reason) => void why.push(reason),
  });
  onTestFinished(async () => {
    stop.abort();
    await watching;
    server.close();
  });
  return why;
}

test.concurrent.each([
  ['5', 'Namespace default is not found.'],
  ['8', 'namespace rate limit exceeded'],
])(
  'a server is started again if it cannot read its database, not if it answers with status %s',
  async (status, message) => {
    const answer = { status, message };
    const why = await frontend(answer);
    await sleep(LOOKED_MS);
    expect(why).toEqual([]);
    Object.assign(answer, INTERRUPTED);
    await vi.waitFor(() => expect(why).toEqual(['cannot read its database any more']), LOOKED_MS);
  },
);
