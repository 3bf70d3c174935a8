import type { ReplyEntry } from '../contract/transcript.ts';
import { type FollowDependencies, follow } from './follow.ts';

/** The reply that answers a message, or undefined when `signal` aborts first. */
export async function waitForReply(
  workflowId: string,
  messageId: string,
  dependencies: FollowDependencies,
  signal: AbortSignal,
): Promise<ReplyEntry | undefined> {
  for await (const { entries } of follow(workflowId, 0, dependencies, signal))
    for (const entry of entries)
      if (entry.kind === 'reply' && entry.answers.includes(messageId)) return entry;
  return undefined;
}
