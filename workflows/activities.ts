import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  type RetryPolicy,
} from '@temporalio/workflow';
import type { Activities, ToolActivity } from '../activities/activities.ts';
import { type Queues, taskQueueOf } from '../contract/queues.ts';

/**
 * A worker's death is seen when its heartbeats stop. Activities beat by themselves every second while their process
 * lives, so this is the longest a kill delays a turn.
 */
const HEARTBEAT_TIMEOUT = '4s';

const base = {
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  // What is cancelled may still act until it has ended; the reply must be the last to act.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} satisfies ActivityOptions;

const retry = (maximumAttempts?: number): RetryPolicy => ({
  initialInterval: '250ms',
  maximumInterval: '30s',
  ...(maximumAttempts === undefined ? {} : { maximumAttempts }),
});

/** Where it is put, by the settings of the message. */
interface Queued {
  queues: Queues | undefined;
}

export function modelActivity(options: Queued & { attempts: number; remainingMs: number; summary: string }) {
  return proxyActivities<Pick<Activities, 'callModel'>>({
    ...base,
    taskQueue: taskQueueOf('model', options.queues),
    startToCloseTimeout: '10m',
    scheduleToCloseTimeout: options.remainingMs,
    retry: retry(options.attempts),
    summary: options.summary,
  }).callModel;
}

export function toolActivity(
  name: string,
  options: Queued & { attempts: number; timeoutMs: number; remainingMs: number; summary: string },
): ToolActivity {
  const activities = proxyActivities<Record<string, ToolActivity>>({
    ...base,
    taskQueue: taskQueueOf('tools', options.queues),
    startToCloseTimeout: options.timeoutMs,
    scheduleToCloseTimeout: options.remainingMs,
    retry: retry(options.attempts),
    summary: options.summary,
  });
  return activities[name] as ToolActivity;
}

export function reconcileActivity({ queues }: Queued) {
  return proxyActivities<Pick<Activities, 'reconcile'>>({
    ...base,
    taskQueue: taskQueueOf('tools', queues),
    startToCloseTimeout: '1m',
    retry: retry(5),
  }).reconcile;
}

/** Few attempts, most of them for workers that are lost: without the words of a voice message the turn goes on. */
export function transcribeActivity({ remainingMs, queues }: Queued & { remainingMs: number }) {
  return proxyActivities<Pick<Activities, 'transcribe'>>({
    ...base,
    taskQueue: taskQueueOf('model', queues),
    startToCloseTimeout: '3m',
    scheduleToCloseTimeout: remainingMs,
    retry: retry(6),
  }).transcribe;
}

/** Few attempts, most of them for workers that are lost: without a summary the turn goes on. */
export function compactActivity({ remainingMs, queues }: Queued & { remainingMs: number }) {
  return proxyActivities<Pick<Activities, 'compact'>>({
    ...base,
    taskQueue: taskQueueOf('model', queues),
    startToCloseTimeout: '5m',
    scheduleToCloseTimeout: remainingMs,
    retry: retry(5),
  }).compact;
}

/** A reply waits for its platform to come back, for a day. */
export function deliveryActivities({ queues }: Queued) {
  return proxyActivities<Pick<Activities, 'deliver' | 'deliverFile'>>({
    ...base,
    taskQueue: taskQueueOf('delivery', queues),
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: '24h',
    retry: retry(),
  });
}

/** Standing approvals, what the config says of its agents, and the like: short, and worth waiting for. */
export const { findGrant, keepGrant, revokeGrant, listGrants, describeAgents, fork, findEnded } =
  proxyActivities<
    Pick<
      Activities,
      'findGrant' | 'keepGrant' | 'revokeGrant' | 'listGrants' | 'describeAgents' | 'fork' | 'findEnded'
    >
  >({
    ...base,
    startToCloseTimeout: '30s',
    retry: retry(),
  });

/** What the commands of schedules do, and what is due: short, and worth waiting for. */
export const { findDue, putDue, endSchedule, remind, listSchedules, removeSchedule } = proxyActivities<
  Pick<Activities, 'findDue' | 'putDue' | 'endSchedule' | 'remind' | 'listSchedules' | 'removeSchedule'>
>({
  ...base,
  startToCloseTimeout: '1m',
  retry: retry(),
});

/** What people look at and forget of what is remembered. */
export const { readMemory, forgetMemory } = proxyActivities<Pick<Activities, 'readMemory' | 'forgetMemory'>>({
  ...base,
  startToCloseTimeout: '30s',
  retry: retry(),
});

/** Who is let in, and who is who: short, and worth waiting for. */
export const { admit, readAccount, listPairings, tryPairingCode, tellPaired } = proxyActivities<
  Pick<Activities, 'admit' | 'readAccount' | 'listPairings' | 'tryPairingCode' | 'tellPaired'>
>({
  ...base,
  startToCloseTimeout: '30s',
  retry: retry(),
});
