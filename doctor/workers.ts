import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { Finding } from './finding.ts';

/** A worker's poll lasts a minute at most; Temporal lists pollers for five. */
const FRESH_MS = 70_000;
const TYPES = { workflow: 1, activity: 2 } as const;
/** In Temporal's numbers. */
const VERSIONED = 2;

type Queue = temporal.api.workflowservice.v1.IDescribeTaskQueueResponse;

/** A version of workers; undefined are those without one. */
type Version = { deploymentName?: string | null; buildId?: string | null } | null | undefined;

/** What is wrong with the workers: kinds of tasks for which none polls, and versions that do not fit. */
export async function checkWorkers(client: Client): Promise<Finding[]> {
  const [workflow, activity] = await Promise.all([
    describeQueue(client, 'workflow'),
    describeQueue(client, 'activity'),
  ]);
  const unpolled = Object.entries({ workflow, activity }).filter(([, queue]) => polling(queue).size === 0);
  const missing = unpolled.map(
    ([type]): Finding => ({
      kind: 'no-poller',
      what: `no worker polls the task queue ${TASK_QUEUE} for ${type} tasks`,
      remedy: 'holdfast worker',
    }),
  );
  return [...missing, ...checkVersions(workflow)];
}

export function describeQueue(client: Client, type: keyof typeof TYPES): Promise<Queue> {
  return client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: TYPES[type],
  });
}

/** Work goes to the current version, and some of it to one that is ramped up. Without versions, there is one: that of all workers. */
function checkVersions(queue: Queue): Finding[] {
  const polled = polling(queue);
  if (polled.size === 0) return [];
  const { currentDeploymentVersion: current, rampingDeploymentVersion: ramping } = queue.versioningInfo ?? {};
  const served = new Set([nameOf(current), ...(ramping ? [nameOf(ramping)] : [])]);
  const unpolled = [...served].filter((name) => !polled.has(name));
  const idle = [...polled].filter(([name]) => !served.has(name));
  return [
    ...unpolled.map(
      (name): Finding => ({
        kind: 'version-skew',
        what: `work goes to ${name}, and none of them polls`,
        remedy: `start ${name}, or make a version current whose workers poll`,
      }),
    ),
    ...idle.map(
      ([name, version]): Finding => ({
        kind: 'version-skew',
        what: `${name} poll, and get nothing`,
        remedy: `stop them, or have them get the work: temporal worker deployment set-current-version --deployment-name ${(version ?? current)?.deploymentName} ${version ? `--build-id ${version.buildId}` : '--unversioned'} --yes`,
      }),
    ),
  ];
}

/** The versions whose workers poll, by their names. */
function polling({ pollers }: Queue): Map<string, Version> {
  const fresh = (pollers ?? []).filter(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < FRESH_MS,
  );
  const versions = fresh.map(
    ({ deploymentOptions: own }): Version => (own?.workerVersioningMode === VERSIONED ? own : undefined),
  );
  return new Map(versions.map((version) => [nameOf(version), version]));
}

function nameOf(version: Version): string {
  return version ? `workers of version ${version.buildId}` : 'workers without a version';
}
