import type { Client } from '@temporalio/client';
import { type Routing, readRouting, readRoutings, served } from '../config/routing.ts';
import { QUEUE_OF, type Queues, type Work, workInUse } from '../contract/queues.ts';
import type { Finding } from './finding.ts';

/** What is wrong with the workers: kinds of tasks for which none polls, and versions that do not fit. */
export async function checkWorkers(client: Client, queues: Queues): Promise<Finding[]> {
  const [routings, activity] = await Promise.all([
    readRoutings(client, workInUse(queues)),
    readRouting(client, 'conversation', 'activity'),
  ]);
  const unpolled = [
    ...routings.map(([work, routing]) => ({
      work,
      tasks: work === 'conversation' ? 'workflow' : 'activity',
      routing,
    })),
    { work: 'conversation' as const, tasks: 'activity', routing: activity },
  ].filter(({ routing }) => routing.workers.size === 0);
  const missing = unpolled.map(
    ({ work, tasks }): Finding => ({
      kind: 'no-poller',
      what: `no worker polls the task queue ${QUEUE_OF[work]} for ${tasks} tasks`,
      remedy: queues === 'split' ? `HOLDFAST_WORK=${work} holdfast worker` : 'holdfast worker',
    }),
  );
  return [...missing, ...checkVersions(routings.filter(([, { workers }]) => workers.size > 0))];
}

function checkVersions(routings: [Work, Routing][]): Finding[] {
  const unpolled = routings.flatMap(([work, routing]) =>
    served(routing)
      .filter((version) => !routing.workers.has(version))
      .map(
        (version): Finding => ({
          kind: 'version-skew',
          what: `work goes to version ${version}, and none of its workers polls the task queue ${QUEUE_OF[work]}`,
          remedy: 'start one, or promote a version whose workers poll',
        }),
      ),
  );
  const idle = routings.flatMap(([, routing]) =>
    [...routing.workers.keys()].filter((version) => !served(routing).includes(version)),
  );
  return [
    ...unpolled,
    ...[...new Set(idle)].map(
      (version): Finding => ({
        kind: 'version-skew',
        what: `workers of version ${version} poll, and get nothing`,
        remedy: `stop them, or have them get the work: holdfast version promote ${version}`,
      }),
    ),
  ];
}
