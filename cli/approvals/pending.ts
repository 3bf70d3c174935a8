import type { PendingApproval } from '../../contract/approval.ts';
import { TASK } from '../../contract/task.ts';
import type { Open } from '../conversations/open.ts';

/** A request that waits, with the workflow id of its conversation. */
export interface Waiting extends PendingApproval {
  conversation: string;
}

/** Conversations that are looked at, at most. */
const MOST = 1_000;

/** The requests that wait in all conversations, those that expire first before the others. */
export async function waiting(open: Open): Promise<Waiting[]> {
  const found: Waiting[] = [];
  for (const conversation of await candidates(open)) {
    // Nothing but the state: no entry has such a number.
    const seen = await open.conversations.read(conversation, Number.MAX_SAFE_INTEGER);
    for (const approval of seen?.approvals ?? []) found.push({ conversation, ...approval });
  }
  return found.sort((one, other) => one.expiresAt - other.expiresAt);
}

/** Those whose turn waits, and those that have tasks, which may wait whatever the turn does. */
async function candidates({ client, conversations }: Open): Promise<Set<string>> {
  const listed = await conversations.list({ status: 'awaiting-approval', limit: MOST });
  const found = new Set(listed.map(({ conversation }) => conversation));
  const tasks = client.workflow.list({ query: `WorkflowType = '${TASK}' AND ExecutionStatus = 'Running'` });
  for await (const { parentExecution } of tasks) {
    const parent = parentExecution?.workflowId;
    // The parent of a task of a task is a task that is listed itself.
    if (parent && !parent.startsWith(`${TASK}:`)) found.add(parent);
  }
  return found;
}
