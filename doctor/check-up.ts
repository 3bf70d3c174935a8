import type { Client } from '@temporalio/client';
import type { Queues } from '../contract/queues.ts';
import type { Finding } from './finding.ts';
import { type Failing, scan } from './scan.ts';
import { checkWorkers } from './workers.ts';

/** What a look at everything found. */
export interface CheckUp {
  findings: Finding[];
  failing: Failing[];
  /** Workflows that were looked at. */
  count: number;
}

/** Looks at everything: workers, and each open workflow. */
export async function checkUp(client: Client, queues: Queues): Promise<CheckUp> {
  const [ofWorkers, { failing: all, retrying, count }] = await Promise.all([
    checkWorkers(client, queues),
    scan(client, 'all'),
  ]);
  // A worker that was killed in the middle of one task is nothing to tell of.
  const failing = all.filter(({ how, count: times }) => how !== 'lost' || times > 1);
  const ofWorkflows = failing.map(
    ({ workflowId, type, count: times, since, how, reason }): Finding => ({
      kind: 'workflow-failing',
      what: `the ${type} cannot go on: its workflow task has failed ${times} times in a row${how === 'differs' ? ', because its history does not fit the code of the workers' : ''}`,
      workflow: workflowId,
      since,
      why: reason,
      remedy:
        how === 'differs'
          ? 'run the version that it began with; or holdfast doctor --fix'
          : 'holdfast doctor --fix',
    }),
  );
  const ofActivities = retrying.map(
    ({ workflowId, activity, attempt, since, reason }): Finding => ({
      kind: 'activity-retrying',
      what: `${activity} is being tried for the ${attempt}th time`,
      workflow: workflowId,
      since,
      why: reason,
      remedy: 'mend what the failure names; it is tried again by itself',
    }),
  );
  return { findings: [...ofWorkers, ...ofWorkflows, ...ofActivities], failing, count };
}
