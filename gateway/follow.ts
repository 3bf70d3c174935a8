import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationView } from '../contract/signals.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Conversations } from './conversations.ts';

const RETRY_MS = 500;

export interface FollowDependencies {
  conversations: Conversations;
  changes: ChangeFeed;
}

/**
 * The state of a conversation now and whenever it changed, each time with the entries that are new since the cursor, until
 * `signal` aborts. It goes on through restarts of workers and Temporal, and begins when the conversation does.
 */
export async function* follow(
  workflowId: string,
  after: number,
  { conversations, changes }: FollowDependencies,
  signal: AbortSignal,
): AsyncGenerator<ConversationView> {
  let cursor = after;
  for await (const _ of changes.of(workflowId, signal)) {
    for (let whole = false; !whole && !signal.aborted; ) {
      const seen = await conversations.read(workflowId, cursor).catch(() => 'unreadable' as const);
      if (seen === 'unreadable') {
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
        continue;
      }
      if (!seen) break;
      // A conversation that was ended by hand and began anew counts from one again.
      const restarted = seen.seq < cursor;
      cursor = restarted ? 0 : (seen.entries.at(-1)?.seq ?? cursor);
      whole = !restarted && (cursor === seen.seq || seen.entries.length === 0);
      if (!restarted) yield seen;
    }
  }
}
