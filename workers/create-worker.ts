import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/activities.ts';
import { createActivities } from '../activities/create-activities.ts';
import { HandedOver } from '../activities/handed-over.ts';
import { DEPLOYMENT, TASK_QUEUE } from '../contract/queues.ts';
import { readableFailures } from './readable-failures.ts';

export interface WorkerOptions extends Omit<ActivityDependencies, 'handedOver'> {
  connection: NativeConnection;
  namespace: string;
  /** Path of the bundled workflow code. */
  workflowBundle: string;
  /** The version of this build, for rolling upgrades; undefined if workers have none. */
  version: string | undefined;
}

/** A worker that runs conversations and all their activities. */
export function createWorker({
  connection,
  namespace,
  workflowBundle,
  version,
  ...activities
}: WorkerOptions): Promise<Worker> {
  const handedOver = new HandedOver();
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    // One of its own, also for the first process of each container: the doctor counts those that were lost.
    identity: `${process.pid}@${hostname()}@${randomUUID().slice(0, 8)}`,
    workflowBundle: { codePath: workflowBundle },
    activities: createActivities({ ...activities, handedOver }),
    sinks: handedOver.sinks,
    ...(version === undefined ? {} : { workerDeploymentOptions: deploymentOptions(version) }),
    interceptors: { activity: [readableFailures] },
    // After a kill, a conversation's next task waits this long for the dead worker before any other gets it.
    stickyQueueScheduleToStartTimeout: '1s',
    // Cancellations come with heartbeat answers, and details of a stream must be stored soon.
    maxHeartbeatThrottleInterval: '500ms',
    maxConcurrentActivityTaskExecutions: 1000,
    shutdownGraceTime: '3s',
    shutdownForceTime: '8s',
  });
}

/**
 * Every workflow goes on with whatever version is current, at its next task: none has to end before the workers of an older
 * version may go (docs/decisions/0018-versions.md).
 */
function deploymentOptions(buildId: string) {
  return {
    version: { deploymentName: DEPLOYMENT, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  } as const;
}
