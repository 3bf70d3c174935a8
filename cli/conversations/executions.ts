import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';

/** Letters that need no escape in a query. */
const PLAIN = /^[\w/:@.+=!#$-]*/;

/** Whether a workflow of this id runs. */
export async function isBegun(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Every run that Temporal still has of the workflows whose ids begin like this, oldest first. */
export async function runsUnder(client: Client, prefix: string, and = ''): Promise<WorkflowExecutionInfo[]> {
  const query = `WorkflowId STARTS_WITH '${PLAIN.exec(prefix)?.[0]}'${and}`;
  const found: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query }))
    if (run.workflowId.startsWith(prefix)) found.push(run);
  return found.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
}

/** The same of one workflow. */
export async function runsOf(client: Client, workflowId: string): Promise<WorkflowExecutionInfo[]> {
  return (await runsUnder(client, workflowId)).filter((run) => run.workflowId === workflowId);
}
