import type { Client } from '@temporalio/client';
import { CONVERSATION } from '../contract/signals.ts';
import { CONVERSATION_STATUS, type ConversationStatus } from '../contract/state.ts';

/** Temporal is asked at most this often, however many scrape. */
const KEPT_MS = 10_000;
const ASK_MS = 2_000;

type Counts = Record<ConversationStatus, number>;

/** Counts the running conversations by their status; undefined while Temporal does not answer. */
export function countConversations(client: Client): () => Promise<Counts | undefined> {
  let counts: Promise<Counts | undefined> | undefined;
  let until = 0;
  return () => {
    if (!counts || performance.now() > until) {
      until = performance.now() + KEPT_MS;
      counts = ask(client).catch(() => undefined);
    }
    return counts;
  };
}

async function ask(client: Client): Promise<Counts> {
  const counted = await client.withDeadline(Date.now() + ASK_MS, () =>
    Promise.all(
      CONVERSATION_STATUS.map(async (status) => {
        const { count } = await client.workflow.count(
          `WorkflowType = '${CONVERSATION}' AND ExecutionStatus = 'Running' AND HoldfastStatus = '${status}'`,
        );
        return [status, count] as const;
      }),
    ),
  );
  return Object.fromEntries(counted) as Counts;
}
