import type { Client } from '@temporalio/client';
import { DEPLOYMENT, QUEUE_OF, UNVERSIONED, type Work } from '../contract/queues.ts';

/** A worker's poll lasts a minute at most; Temporal lists pollers for five. */
const FRESH_MS = 70_000;
/** Temporal's numbers for kinds of tasks, and for a worker that says its version. */
const TASKS = { workflow: 1, activity: 2 } as const;
const VERSIONED = 2;

/** Kinds of tasks that a queue has. */
type Tasks = keyof typeof TASKS;

/** Which workers get the tasks of a queue. A version is that of HOLDFAST_VERSION, or "unversioned". */
export interface Routing {
  current: string;
  /** A share of the conversations goes to this one instead. */
  ramping?: { version: string; percent: number };
  /** The identities of those that poll, by version. One that was killed counts for a minute longer. */
  workers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What Temporal says of the queue of this work, for one kind of task; throws what its client throws. */
export function describeQueue({ workflowService, options }: Client, work: Work, tasks: Tasks) {
  return workflowService.describeTaskQueue({
    namespace: options.namespace,
    taskQueue: { name: QUEUE_OF[work] },
    taskQueueType: TASKS[tasks],
  });
}

/** Asks Temporal about a queue's own kind of tasks, if no other is given; throws what its client throws. */
export async function readRouting(
  client: Client,
  work: Work = 'conversation',
  tasks: Tasks = work === 'conversation' ? 'workflow' : 'activity',
): Promise<Routing> {
  const { versioningInfo, pollers } = await describeQueue(client, work, tasks);
  const workers = new Map<string, Set<string>>();
  for (const { identity, lastAccessTime, deploymentOptions } of pollers ?? []) {
    if (Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 > FRESH_MS) continue;
    const version =
      deploymentOptions?.workerVersioningMode === VERSIONED ? nameOf(deploymentOptions) : UNVERSIONED;
    workers.set(version, (workers.get(version) ?? new Set()).add(identity ?? ''));
  }
  const percent = versioningInfo?.rampingVersionPercentage ?? 0;
  const ramping = { version: nameOf(versioningInfo?.rampingDeploymentVersion), percent };
  return {
    current: nameOf(versioningInfo?.currentDeploymentVersion),
    ...(percent > 0 ? { ramping } : {}),
    workers,
  };
}

/** The same of the queues of several kinds of work. */
export async function readRoutings<W extends Work>(
  client: Client,
  works: readonly W[],
): Promise<[W, Routing][]> {
  return Promise.all(
    works.map(async (work): Promise<[W, Routing]> => [work, await readRouting(client, work)]),
  );
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
