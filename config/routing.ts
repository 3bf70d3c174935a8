import type { Client } from '@temporalio/client';
import { DEPLOYMENT, TASK_QUEUE, UNVERSIONED } from '../contract/queues.ts';

/** A worker's poll lasts a minute at most; Temporal lists pollers for five. */
const FRESH_MS = 70_000;
/** Temporal's numbers for kinds of tasks, and for a worker that says its version. */
const TASKS = { workflow: 1, activity: 2 } as const;
const VERSIONED = 2;

/** Which workers get the tasks. A version is that of HOLDFAST_VERSION, or "unversioned". */
export interface Routing {
  current: string;
  /** A share of the conversations goes to this one instead. */
  ramping?: { version: string; percent: number };
  /** How many workers poll, by version. One that was killed counts for a minute longer. */
  workers: ReadonlyMap<string, number>;
}

/** What Temporal says of the queue, for one kind of task; throws what its client throws. */
export function describeQueue({ workflowService, options }: Client, kind: keyof typeof TASKS) {
  return workflowService.describeTaskQueue({
    namespace: options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: TASKS[kind],
  });
}

/** Asks Temporal; throws what its client throws. */
export async function readRouting(client: Client, kind: keyof typeof TASKS = 'workflow'): Promise<Routing> {
  const { versioningInfo, pollers } = await describeQueue(client, kind);
  const workers = new Map<string, number>();
  for (const { lastAccessTime, deploymentOptions } of pollers ?? []) {
    if (Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 > FRESH_MS) continue;
    const version =
      deploymentOptions?.workerVersioningMode === VERSIONED ? nameOf(deploymentOptions) : UNVERSIONED;
    workers.set(version, (workers.get(version) ?? 0) + 1);
  }
  const percent = versioningInfo?.rampingVersionPercentage ?? 0;
  const ramping = { version: nameOf(versioningInfo?.rampingDeploymentVersion), percent };
  return {
    current: nameOf(versioningInfo?.currentDeploymentVersion),
    ...(percent > 0 ? { ramping } : {}),
    workers,
  };
}

/** The versions that get work. */
export function served({ current, ramping }: Routing): string[] {
  return ramping ? [current, ramping.version] : [current];
}

interface DeploymentVersion {
  deploymentName?: string | null;
  buildId?: string | null;
}

/** One of another deployment is told with its name. */
function nameOf(version?: DeploymentVersion | null): string {
  if (!version?.buildId) return UNVERSIONED;
  const { deploymentName, buildId } = version;
  return deploymentName === DEPLOYMENT ? buildId : `${deploymentName}:${buildId}`;
}
