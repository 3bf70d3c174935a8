import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ChangeFeed } from './change-feed.ts';
import type { Conversations } from './conversations.ts';
import { entryEvent, liveEvent, type OutsideEvent, statusEvent } from './events.ts';
import type { LiveHub } from './live-hub.ts';

const KEEP_ALIVE_MS = 15_000;
const RETRY_MS = 500;

export interface EventStreamDependencies {
  conversations: Conversations;
  changes: ChangeFeed;
  live: LiveHub;
}

/**
 * Server-sent events of one conversation from a cursor on: durable entries by query whenever the conversation changed, and what
 * is pushed live between them. It goes on through restarts of workers and Temporal; the client reconnects to another gateway
 * with its cursor.
 */
export function streamEvents(
  context: Context,
  workflowId: string,
  after: number,
  { conversations, changes, live }: EventStreamDependencies,
): Response {
  return streamSSE(context, async (stream) => {
    const send = ({ id, event, data }: OutsideEvent) =>
      stream.writeSSE({ event, data: JSON.stringify(data), ...(id === undefined ? {} : { id }) });
    let cursor = after;
    let shownStatus = '';
    let changed = true;
    let wake = () => {};
    const stops = [
      changes.watch(workflowId, () => {
        changed = true;
        wake();
      }),
      live.watch(workflowId, (event) => {
        // Before the first read, the reader could not place it.
        if (shownStatus !== '') void send(liveEvent(event));
      }),
    ];
    const keepAlive = setInterval(() => void stream.write(': alive\n\n'), KEEP_ALIVE_MS);
    stream.onAbort(() => wake());
    try {
      while (!stream.aborted) {
        if (!changed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        changed = false;
        const seen = await conversations.read(workflowId, cursor).catch(() => 'unreadable' as const);
        if (seen === 'unreadable') {
          // No worker or no Temporal at the moment; the stream stays open and goes on by itself.
          await stream.sleep(RETRY_MS);
          changed = true;
          continue;
        }
        if (!seen) continue;
        for (const entry of seen.entries) {
          await send(entryEvent(entry));
          cursor = entry.seq;
        }
        const written =
          shownStatus === '' && seen.writing ? live.written(workflowId, seen.writing) : undefined;
        const status = statusEvent(seen);
        if (JSON.stringify(status) !== shownStatus) await send(status);
        shownStatus = JSON.stringify(status);
        if (written) await send(liveEvent(written));
      }
    } finally {
      clearInterval(keepAlive);
      for (const stop of stops) stop();
    }
  });
}
