import { type Client, isGrpcServiceError } from '@temporalio/client';
import pMap from 'p-map';
import { maskSecrets } from '../contract/mask-secrets.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { Run } from './history.ts';
import { type FailedTasks, failedTasks } from './tasks-in-a-row.ts';

/** A workflow whose workflow task fails again and again. */
export interface Failing extends Run, FailedTasks {
  /** Workflow type. */
  type: string;
}

/** An activity that is tried for long. */
interface LongRetry extends Run {
  activity: string;
  attempt: number;
  since: string;
  reason: string;
}

export interface Scan {
  failing: Failing[];
  retrying: LongRetry[];
  /** Workflows that were looked at. */
  count: number;
}

/** Attempts of an activity that are no cause for concern: with its pauses, that is a minute. */
const PATIENCE = 8;
/** gRPC's status. */
const NOT_FOUND = 5;
const ENDED = { pendingWorkflowTask: undefined, pendingActivities: [] };
/** Asked about at once. */
const AT_ONCE = 16;
const AT_WORK = "HoldfastStatus != 'idle'";
/** Temporal's own attribute of what fails again and again, on servers that have it. */
const REPORTED =
  "TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')";

/**
 * The open workflows of holdfast that are looked at: `all`; those `at work`, and those that the server names as failing, if it can; or
 * whatever may be `failing`, which are all where it cannot.
 */
export type Scope = 'all' | 'at work' | 'failing';

/** Looks at them. */
export async function scan(client: Client, scope: Scope): Promise<Scan> {
  const found: Scan = { failing: [], retrying: [], count: 0 };
  const query = await queryFor(client, scope);
  const open = client.workflow.list({ query, pageSize: 1000 });
  const looked = await pMap(open, (run) => look(client, run, found), { concurrency: AT_ONCE });
  found.count = looked.length;
  return found;
}

async function queryFor(client: Client, scope: Scope): Promise<string> {
  const open = `ExecutionStatus = 'Running' AND TaskQueue = '${TASK_QUEUE}'`;
  if (scope === 'all') return open;
  const { namespace } = client.options;
  const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
  const names = namespaceInfo?.capabilities?.reportedProblemsSearchAttribute === true;
  if (names) return `${open} AND (${REPORTED} OR ${AT_WORK})`;
  return scope === 'failing' ? open : `${open} AND ${AT_WORK}`;
}

async function look(
  client: Client,
  { workflowId, runId, type }: Run & { type: string },
  found: Scan,
): Promise<void> {
  const run = { workflowId, runId };
  const { pendingWorkflowTask, pendingActivities } = await client.workflowService
    .describeWorkflowExecution({ namespace: client.options.namespace, execution: run })
    .catch((error: unknown) => {
      // It has ended since.
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return ENDED;
      throw error;
    });
  if (pendingWorkflowTask) {
    const failed = await failedTasks(client, run, pendingWorkflowTask.attempt ?? 1);
    if (failed) found.failing.push({ ...run, type, ...failed });
  }
  for (const { activityType, attempt, scheduledTime, lastFailure } of pendingActivities ?? [])
    if ((attempt ?? 1) > PATIENCE)
      found.retrying.push({
        ...run,
        activity: activityType?.name ?? '',
        attempt: attempt ?? 1,
        since: new Date(Number(scheduledTime?.seconds ?? 0) * 1000).toISOString(),
        reason: maskSecrets(lastFailure?.message ?? '').slice(0, 500),
      });
}
