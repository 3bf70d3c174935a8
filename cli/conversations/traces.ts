import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { MEMORY, type MemoryOwner } from '../../contract/memory.ts';
import { DUE } from '../../contract/schedule.ts';
import { taskWorkflowId } from '../../contract/task.ts';
import { runsOf, runsUnder } from './executions.ts';

/** Kinds of what Temporal has of a conversation, in the order in which it is to go: what is first could begin what follows anew. */
export const KINDS = ['schedule', 'due', 'task', 'conversation', 'memory'] as const;
export type Kind = (typeof KINDS)[number];

/** Every run that Temporal still has, by what it is of. */
export type Traces = Record<Kind, WorkflowExecutionInfo[]>;

/** A schedule's id, and what Temporal adds to the workflow that it starts. */
const SCHEDULE = /^[0-9a-f]{8}(?:-[\dTZ:.-]+)?$/;
/** By these workflows Temporal itself keeps schedules; what is to be said is in them. */
const SCHEDULER = 'temporal-sys-scheduler:';
const SCHEDULERS = ` AND TemporalNamespaceDivision = 'TemporalScheduler'`;

/** What Temporal has of a conversation, and of these persons. */
export async function tracesOf(client: Client, workflowId: string, owners: MemoryOwner[]): Promise<Traces> {
  const scheduled = (prefix: string, and = '') =>
    runsUnder(client, `${prefix}${workflowId}/`, and).then((runs) =>
      runs.filter((run) => SCHEDULE.test(run.workflowId.slice(prefix.length + workflowId.length + 1))),
    );
  const [schedule, due, tasks, conversation, ...memories] = await Promise.all([
    scheduled(SCHEDULER, SCHEDULERS),
    scheduled(`${DUE}/`),
    runsUnder(client, taskWorkflowId(workflowId, '')),
    runsOf(client, workflowId),
    ...owners.map((owner) => runsOf(client, `${MEMORY}/${owner}`)),
  ]);
  return { schedule, due, task: descendants(workflowId, tasks), conversation, memory: memories.flat() };
}

/** Those that the conversation delegated, and what they did: the name alone could be that of another conversation's. */
function descendants(workflowId: string, tasks: WorkflowExecutionInfo[]): WorkflowExecutionInfo[] {
  const family = new Set([workflowId]);
  for (const { workflowId: id, parentExecution } of tasks.toSorted(shorterFirst))
    if (family.has(parentExecution?.workflowId ?? '')) family.add(id);
  return tasks.filter(({ workflowId: id }) => family.has(id));
}

function shorterFirst(one: WorkflowExecutionInfo, other: WorkflowExecutionInfo): number {
  return one.workflowId.length - other.workflowId.length;
}
