import type { ConversationView } from '../contract/signals.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Conversations } from './conversations.ts';
import { unread } from './unread.ts';

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
  for await (const _ of changes.of(workflowId, signal))
    for await (const seen of unread(conversations, workflowId, cursor, signal)) {
      cursor = seen.entries.at(-1)?.seq ?? cursor;
      yield seen;
    }
}
