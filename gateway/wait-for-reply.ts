import type { ReplyEntry } from '../contract/transcript.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Conversations } from './conversations.ts';

/** The reply that answers a message, or undefined when the time is over first. */
export async function waitForReply(
  workflowId: string,
  messageId: string,
  { conversations, changes }: { conversations: Conversations; changes: ChangeFeed },
  signal: AbortSignal,
): Promise<ReplyEntry | undefined> {
  let wake = () => {};
  let changed = true;
  const stop = changes.watch(workflowId, () => {
    changed = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  let cursor = 0;
  try {
    while (!signal.aborted) {
      if (!changed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      changed = false;
      const seen = await conversations.read(workflowId, cursor).catch(() => undefined);
      for (const entry of seen?.entries ?? []) {
        cursor = entry.seq;
        if (entry.kind === 'reply' && entry.answers.includes(messageId)) return entry;
      }
    }
    return undefined;
  } finally {
    stop();
  }
}
