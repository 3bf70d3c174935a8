import type { Client } from '@temporalio/client';
import { type Routing, readRouting, served } from '../config/routing.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { Finding } from './finding.ts';

/** What is wrong with the workers: kinds of tasks for which none polls, and versions that do not fit. */
export async function checkWorkers(client: Client): Promise<Finding[]> {
  const [workflow, activity] = await Promise.all([
    readRouting(client, 'workflow'),
    readRouting(client, 'activity'),
  ]);
  const unpolled = Object.entries({ workflow, activity }).filter(([, { workers }]) => workers.size === 0);
  const missing = unpolled.map(
    ([type]): Finding => ({
      kind: 'no-poller',
      what: `no worker polls the task queue ${TASK_QUEUE} for ${type} tasks`,
      remedy: 'holdfast worker',
    }),
  );
  return [...missing, ...checkVersions(workflow)];
}

function checkVersions(routing: Routing): Finding[] {
  const { workers } = routing;
  if (workers.size === 0) return [];
  const working = served(routing);
  const unpolled = working.filter((version) => !workers.has(version));
  const idle = [...workers.keys()].filter((version) => !working.includes(version));
  return [
    ...unpolled.map(
      (version): Finding => ({
        kind: 'version-skew',
        what: `work goes to version ${version}, and none of its workers polls`,
        remedy: 'start one, or promote a version whose workers poll',
      }),
    ),
    ...idle.map(
      (version): Finding => ({
        kind: 'version-skew',
        what: `workers of version ${version} poll, and get nothing`,
        remedy: `stop them, or have them get the work: holdfast version promote ${version}`,
      }),
    ),
  ];
}
