import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchServer } from '../../cli/temporal/watch-server.ts';

const EVERY_MS = 20;
/** Each look waits two seconds for an answer. */
const SILENT_MS = 50_000;

/** A server that answers as Temporal's frontend does: with this status and message, or not at all. */
async function frontend() {
  const answer = { status: '0', message: '', silent: false };
  const server = createServer().on('stream', (stream) => {
    if (answer.silent) return;
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
    everyMs: EVERY_MS,
  });
  onTestFinished(async () => {
    stop.abort();
    await watching;
    server.close();
  });
  return { answer, why };
}

test('a server that answers that it cannot read its database is started again', async () => {
  const { answer, why } = await frontend();
  // As Temporal said it in a storm, until it was killed.
  Object.assign(answer, { status: '14', message: 'GetNamespace operation failed. Error interrupted (9)' });
  await vi.waitFor(() => expect(why).toContain('cannot read its database any more'), 5_000);
});

test.concurrent.each([
  ['5', 'Namespace default is not found.'],
  ['8', 'namespace rate limit exceeded'],
])(
  'a server that answers otherwise is left alone, until it answers no more (status %s)',
  async (status, message) => {
    const { answer, why } = await frontend();
    Object.assign(answer, { status, message });
    await sleep(50 * EVERY_MS);
    expect(why).toEqual([]);
    answer.silent = true;
    await vi.waitFor(() => expect(why).toContain('does not answer any more'), SILENT_MS);
  },
);
