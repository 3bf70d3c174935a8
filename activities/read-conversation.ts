import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';

const TRIES = 20;
const PAUSE_MS = 100;

/**
 * Asks the workflow run that this activity belongs to. A workflow takes one query while it is busy, so a refused one is
 * asked again for two seconds; then the activity's own retry goes on.
 */
export async function readConversation<Result, Args extends unknown[]>(
  client: Client,
  query: QueryDefinition<Result, Args>,
  ...args: Args
): Promise<Result> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('this activity belongs to no workflow');
  const handle = client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.withDeadline(Date.now() + 10_000, () => handle.query(query, ...args));
    } catch (error) {
      if (attempt >= TRIES) throw error;
      await sleep(PAUSE_MS, undefined, { signal: Context.current().cancellationSignal });
    }
  }
}
