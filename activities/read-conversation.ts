import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';

/** How long a conversation may be too busy to answer. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/**
 * Asks the workflow run that this activity belongs to. A workflow takes one query while it is busy, so a refused one is
 * asked again for some seconds; then the activity's own retry goes on.
 */
export async function readConversation<Result, Args extends unknown[]>(
  client: Client,
  query: QueryDefinition<Result, Args>,
  ...args: Args
): Promise<Result> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('this activity belongs to no workflow');
  const handle = client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await client.withDeadline(end, () => handle.query(query, ...args));
    } catch (error) {
      if (Date.now() + PAUSE_MS >= end) throw error;
      await sleep(PAUSE_MS, undefined, { signal: Context.current().cancellationSignal });
    }
  }
}
