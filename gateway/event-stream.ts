import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveEvent } from '../contract/live.ts';
import { entryEvent, liveEvent, type OutsideEvent, statusEvent } from './events.ts';
import { type FollowLiveDependencies, followLive } from './follow-live.ts';
import type { Watchers } from './watchers.ts';

const KEEP_ALIVE_MS = 15_000;

export interface EventStreamDependencies extends FollowLiveDependencies {
  /** Whether an answer gets through piece by piece. */
  streams: boolean;
  watchers: Watchers;
}

/**
 * Server-sent events of one conversation from a cursor on: its durable entries, and between them what is pushed live. The
 * client reconnects with its cursor, to this gateway or another. Where nothing gets through before the answer has ended, it ends with
 * the first entries; and always when the request's signal aborts. Throws a 503 `HttpError` where too many are watching.
 */
export function streamEvents(
  context: Context,
  workflowId: string,
  after: number,
  dependencies: EventStreamDependencies,
): Response {
  const { streams, watchers } = dependencies;
  const leave = watchers.enter();
  return streamSSE(context, async (stream) => {
    const send = ({ id, event, data }: OutsideEvent) =>
      stream.writeSSE({ event, data: JSON.stringify(data), ...(id === undefined ? {} : { id }) });
    const over = new AbortController();
    stream.onAbort(() => over.abort());
    const signal = AbortSignal.any([over.signal, context.req.raw.signal]);
    const hear = (event: LiveEvent) => void send(liveEvent(event));
    let shownStatus = '';
    const keepAlive = setInterval(() => void stream.write(': alive\n\n'), KEEP_ALIVE_MS);
    try {
      for await (const seen of followLive(workflowId, after, dependencies, signal, hear)) {
        for (const entry of seen.entries) await send(entryEvent(entry));
        const status = statusEvent(seen);
        if (JSON.stringify(status) !== shownStatus) await send(status);
        shownStatus = JSON.stringify(status);
        if (!streams && seen.entries.length > 0) over.abort();
      }
    } finally {
      clearInterval(keepAlive);
      leave();
    }
  });
}
