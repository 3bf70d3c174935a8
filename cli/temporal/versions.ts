import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { type Routing, readRouting, readRoutings } from '../../config/routing.ts';
import { DEPLOYMENT, UNVERSIONED, WORK } from '../../contract/queues.ts';

/** A version of workers as Temporal knows it. */
export interface ListedVersion {
  version: string;
  state: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
  /** Of the conversations, while it is ramping. */
  percent?: number;
  /** How many of its workers poll, whatever work they do. */
  workers: number;
}

/** Temporal's numbers for the states of a version that gets nothing new; the others are told by the routing. */
const DRAINING = 4;
const DRAINED = 5;
/** gRPC's status of what is not there. */
const NOT_FOUND = 5;
const PAUSE_MS = 50;

/** All versions that have workers, or had some lately; the current one first. */
export async function listVersions(client: Client): Promise<ListedVersion[]> {
  const [routing, routings, statuses] = await Promise.all([
    readRouting(client),
    readRoutings(client, WORK),
    readStatuses(client),
  ]);
  const workers = routings.map(([, queue]) => queue.workers);
  const others = [...workers.flatMap((polling) => [...polling.keys()]), ...statuses.keys()].sort();
  const names = new Set([routing.current, ...others]);
  return [...names].map((version) => {
    const polling = new Set(workers.flatMap((all) => Array.from(all.get(version) ?? [])));
    return listed({ version, workers: polling.size }, routing, statuses.get(version));
  });
}

function listed(
  one: Pick<ListedVersion, 'version' | 'workers'>,
  { current, ramping }: Routing,
  status: number | undefined,
): ListedVersion {
  const { version } = one;
  if (version === current) return { ...one, state: 'current' };
  if (version === ramping?.version) return { ...one, state: 'ramping', percent: ramping.percent };
  if (status === DRAINING) return { ...one, state: 'draining' };
  return { ...one, state: status === DRAINED ? 'drained' : 'inactive' };
}

function describeDeployment({ workflowService, options }: Client) {
  return workflowService.describeWorkerDeployment({
    namespace: options.namespace,
    deploymentName: DEPLOYMENT,
  });
}

async function readStatuses(client: Client): Promise<Map<string, number>> {
  try {
    const { workerDeploymentInfo } = await describeDeployment(client);
    const summaries = workerDeploymentInfo?.versionSummaries ?? [];
    return new Map(
      summaries.map(({ deploymentVersion, status }) => [deploymentVersion?.buildId ?? '', status ?? 0]),
    );
  } catch (error) {
    // No worker ever had a version.
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return new Map();
    throw error;
  }
}

/**
 * Has Temporal send the tasks of all conversations to the workers of this version, or of this percentage of them; resolves when
 * it does, at every queue that they poll. Throws what Temporal's client throws.
 */
export async function promote(client: Client, version: string, percent = 100): Promise<void> {
  const { workflowService, options } = client;
  const { namespace, identity } = options;
  const deployment = { namespace, identity, deploymentName: DEPLOYMENT };
  const buildId = version === UNVERSIONED ? '' : version;
  const ramp = (to: { buildId: string; percentage: number }) =>
    workflowService.setWorkerDeploymentRampingVersion({ ...deployment, ...to });
  const noRamp = { buildId: '', percentage: 0 };
  if (percent === 100) {
    await workflowService.setWorkerDeploymentCurrentVersion({ ...deployment, buildId });
    if (await isRamping(client)) await ramp(noRamp);
  } else await ramp(percent === 0 ? noRamp : { buildId, percentage: percent });
  const isDone = async () =>
    (await readRoutings(client, WORK))
      .filter(([work, { workers }]) => work === 'conversation' || workers.has(version))
      .every(([, routing]) => isRouted(routing, version, percent));
  while (!(await isDone())) await sleep(PAUSE_MS);
}

/** Whether there is a ramp, of which a queue may not know yet. To take away one that is none can block the deployment for seconds. */
async function isRamping(client: Client): Promise<boolean> {
  const { workerDeploymentInfo } = await describeDeployment(client);
  return (workerDeploymentInfo?.routingConfig?.rampingVersionPercentage ?? 0) > 0;
}

/** Whether this version gets this percentage of the tasks. */
export function isRouted({ current, ramping }: Routing, version: string, percent = 100): boolean {
  if (percent === 100) return current === version && !ramping;
  return percent === 0
    ? ramping?.version !== version
    : ramping?.version === version && ramping.percent === percent;
}
