import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';

const KEEP_ALIVE_MS = 15_000;

/** Writes one event; they go out in the order of the calls. */
export type WriteEvent = (data: object | string, event?: string) => Promise<unknown>;

/** Server-sent events until `tell` resolves. `signal` aborts when the caller is gone. */
export function serverSentEvents(
  context: Context,
  tell: (write: WriteEvent, signal: AbortSignal) => Promise<void>,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const keepAlive = setInterval(() => void stream.write(': alive\n\n'), KEEP_ALIVE_MS);
    const write: WriteEvent = (data, event) => {
      const line = typeof data === 'string' ? data : JSON.stringify(data);
      return stream.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${line}\n\n`);
    };
    try {
      await tell(write, gone.signal);
    } finally {
      clearInterval(keepAlive);
    }
  });
}
