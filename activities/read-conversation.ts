import { Context } from '@temporalio/activity';
import type { QueryDefinition } from '@temporalio/common';
import type { ActivityDependencies } from './activities.ts';
import { patiently } from './patiently.ts';

/**
 * Asks the workflow run that this activity belongs to. The answer to the first attempt may be at hand already; what comes later must
 * see what has changed since.
 */
export async function readConversation<Result, Args extends unknown[]>(
  { client, handedOver }: Pick<ActivityDependencies, 'client' | 'handedOver'>,
  query: QueryDefinition<Result, Args>,
  ...args: Args
): Promise<Result> {
  const { info, cancellationSignal } = Context.current();
  const { workflowExecution, attempt } = info;
  if (!workflowExecution) throw new Error('this activity belongs to no workflow');
  const { workflowId, runId } = workflowExecution;
  const given = attempt === 1 ? handedOver?.take(runId, query.name, args) : undefined;
  if (given !== undefined) return given as Result;
  const handle = client.workflow.getHandle(workflowId, runId);
  return patiently(client, () => handle.query(query, ...args), cancellationSignal);
}
