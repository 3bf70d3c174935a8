import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { Finding } from './finding.ts';

/** A worker's poll lasts a minute at most; Temporal lists pollers for five. */
const FRESH_MS = 70_000;
const TYPES = { workflow: 1, activity: 2 } as const;
/** In Temporal's numbers. */
const VERSIONED = 2;
const [INACTIVE, CURRENT, DRAINING] = [1, 2, 4] as const;

type Poller = temporal.api.taskqueue.v1.IPollerInfo;

/** Which versions poll: build ids by their deployments, and whether there are workers without a version. */
interface Polling {
  versions: { deployment: string; build: string }[];
  unversioned: boolean;
}

/** What is wrong with the workers: queues that none polls, and versions that do not fit. */
export async function checkWorkers(client: Client): Promise<Finding[]> {
  const findings: Finding[] = [];
  let workflows: Polling = { versions: [], unversioned: false };
  for (const type of ['workflow', 'activity'] as const) {
    const polling = await pollingOf(client, type);
    if (type === 'workflow') workflows = polling;
    if (polling.versions.length === 0 && !polling.unversioned)
      findings.push({
        kind: 'no-poller',
        what: `no worker polls the task queue ${TASK_QUEUE} for ${type} tasks`,
        remedy: 'holdfast worker',
      });
  }
  if (workflows.unversioned && workflows.versions.length > 0)
    findings.push({
      kind: 'version-skew',
      what: 'workers without a version poll beside workers that have one',
      remedy: 'stop those without: they get what has no version, and none of what has one',
    });
  return [...findings, ...(await checkDeployments(client, workflows))];
}

/** Those that Temporal remembers: of the last five minutes. */
export async function pollersOf(client: Client, type: keyof typeof TYPES): Promise<Poller[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: TYPES[type],
  });
  return pollers ?? [];
}

async function pollingOf(client: Client, type: keyof typeof TYPES): Promise<Polling> {
  const fresh = (await pollersOf(client, type)).filter(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < FRESH_MS,
  );
  const versioned = fresh.filter(({ deploymentOptions: own }) => own?.workerVersioningMode === VERSIONED);
  return {
    versions: versioned.map(({ deploymentOptions: own }) => ({
      deployment: own?.deploymentName ?? '',
      build: own?.buildId ?? '',
    })),
    unversioned: versioned.length < fresh.length,
  };
}

async function checkDeployments(client: Client, { versions }: Polling): Promise<Finding[]> {
  const { namespace } = client.options;
  const findings: Finding[] = [];
  // One whose workers were never versioned has none.
  for (const deployment of new Set(versions.map((version) => version.deployment))) {
    const { workerDeploymentInfo: info } = await client.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: deployment,
    });
    const polls = (build: string) =>
      versions.some((version) => version.deployment === deployment && version.build === build);
    const setCurrent = (build: string) =>
      `temporal worker deployment set-current-version --deployment-name ${deployment} --build-id ${build} --yes`;
    for (const { deploymentVersion, status } of info?.versionSummaries ?? []) {
      const build = deploymentVersion?.buildId ?? '';
      if (status === CURRENT && !polls(build))
        findings.push({
          kind: 'version-skew',
          what: `no worker of version ${build} polls, which is the current one of ${deployment}`,
          remedy: `start its workers, or make one current that polls: ${setCurrent(versions[0]?.build ?? '')}`,
        });
      if (status === DRAINING && !polls(build))
        findings.push({
          kind: 'version-skew',
          what: `conversations still belong to version ${build} of ${deployment}, and no worker of it polls`,
          remedy: 'start workers of that version until it is drained',
        });
      if (status === INACTIVE && polls(build))
        findings.push({
          kind: 'version-skew',
          what: `workers of version ${build} of ${deployment} poll, and get nothing: it is not the current one`,
          remedy: setCurrent(build),
        });
    }
  }
  return findings;
}
