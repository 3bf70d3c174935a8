import type { Context } from 'hono';
import { type SSEMessage, streamSSE } from 'hono/streaming';

/** Proxies give up a connection on which nothing comes for a minute, and readers one that is silent for longer than they know of. */
const KEEP_ALIVE_MS = 15_000;

/** Writes one event; they go out in the order of the calls. */
export type WriteEvent = (event: SSEMessage) => Promise<void>;

/** Server-sent events until `tell` resolves. `signal` aborts when the reader is gone, and with the request's own. */
export function serverSentEvents(
  context: Context,
  tell: (write: WriteEvent, signal: AbortSignal) => Promise<void>,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const keepAlive = setInterval(() => void stream.write(': alive\n\n'), KEEP_ALIVE_MS);
    try {
      await tell((event) => stream.writeSSE(event), AbortSignal.any([gone.signal, context.req.raw.signal]));
    } finally {
      clearInterval(keepAlive);
    }
  });
}
