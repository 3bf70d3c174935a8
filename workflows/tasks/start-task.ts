import { type ChildWorkflowOptions, type ParentClosePolicy, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Origin } from '../../contract/origin.ts';
import { type TaskStart, taskWorkflowId } from '../../contract/task.ts';
import type { WorkflowCall } from '../../contract/tool-call.ts';

export type Delegation = Extract<WorkflowCall, { kind: 'delegate' }>;

/** Who delegates: for whom, with which agent and model, and how deep itself. */
export interface Delegator extends Pick<TaskStart, 'conversation' | 'depth' | 'chosen'> {
  origin: Origin;
}

/** What a task begins with. It is worked on by who delegates it, unless another agent is named. */
export function taskStart(
  { task, agent, limits }: Delegation,
  { conversation, depth, chosen, origin }: Delegator,
): TaskStart {
  const id = uuid4().slice(0, 8);
  return {
    id,
    task,
    conversation,
    depth: depth + 1,
    chosen: agent === undefined ? chosen : { agent },
    limits,
    origin,
  };
}

/** The child workflow of a task, for whoever runs this. */
export function childOptions(start: TaskStart, parentClosePolicy: ParentClosePolicy) {
  return {
    workflowId: taskWorkflowId(workflowInfo().workflowId, start.id),
    args: [start] as [TaskStart],
    parentClosePolicy,
    // Bounds what a worker's death in the middle of one costs.
    workflowTaskTimeout: '5s',
    staticSummary: shortTask(start.task),
  } satisfies ChildWorkflowOptions & { args: [TaskStart] };
}

/** What a task is to do, in a line. */
export function shortTask(task: string): string {
  const line = task.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** Why a task may not be delegated by who is this deep and has so many running; undefined if it may. */
export function refusal(
  { maxDepth, maxTasks }: Pick<Delegation, 'maxDepth' | 'maxTasks'>,
  depth: number,
  running: number,
): string | undefined {
  if (depth >= maxDepth) return 'Not started: a sub-agent may not delegate any further here. Do it yourself.';
  if (running < maxTasks) return undefined;
  return `Not started: ${running} tasks are running, and ${maxTasks} is the most at once. Do it later or yourself.`;
}
