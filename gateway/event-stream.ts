import type { Context } from 'hono';
import type { LiveEvent } from '../contract/live.ts';
import { entryEvent, liveEvent, type OutsideEvent, statusEvent } from './events.ts';
import { type FollowLiveDependencies, followLive } from './follow-live.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { Watchers } from './watchers.ts';

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
  return serverSentEvents(context, async (write, signal) => {
    const send = ({ data, ...event }: OutsideEvent) => write({ ...event, data: JSON.stringify(data) });
    const hear = (event: LiveEvent) => void send(liveEvent(event));
    let shownStatus = '';
    try {
      for await (const seen of followLive(workflowId, after, dependencies, signal, hear)) {
        for (const entry of seen.entries) await send(entryEvent(entry));
        const status = statusEvent(seen);
        if (JSON.stringify(status) !== shownStatus) await send(status);
        shownStatus = JSON.stringify(status);
        if (!streams && seen.entries.length > 0) break;
      }
    } finally {
      leave();
    }
  });
}
