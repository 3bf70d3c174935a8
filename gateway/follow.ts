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
    let seen: ConversationView | undefined | 'unreadable';
    do {
      seen = await conversations.read(workflowId, cursor).catch(() => 'unreadable' as const);
      if (seen === 'unreadable') await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    } while (seen === 'unreadable' && !signal.aborted);
    if (seen === undefined || seen === 'unreadable') continue;
    cursor = seen.entries.at(-1)?.seq ?? cursor;
    yield seen;
  }
}
