import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';
import { patiently } from './patiently.ts';

/** Asks the workflow run that this activity belongs to. */
export async function readConversation<Result, Args extends unknown[]>(
  client: Client,
  query: QueryDefinition<Result, Args>,
  ...args: Args
): Promise<Result> {
  const { info, cancellationSignal } = Context.current();
  const { workflowExecution } = info;
  if (!workflowExecution) throw new Error('this activity belongs to no workflow');
  const handle = client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
  return patiently(client, () => handle.query(query, ...args), cancellationSignal);
}
