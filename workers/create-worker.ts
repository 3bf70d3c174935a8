import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/activities.ts';
import { createActivities } from '../activities/create-activities.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import { readableFailures } from './readable-failures.ts';

export interface WorkerOptions extends ActivityDependencies {
  connection: NativeConnection;
  namespace: string;
  /** Path of the bundled workflow code. */
  workflowBundle: string;
}

/** A worker that runs conversations and all their activities. */
export function createWorker({
  connection,
  namespace,
  workflowBundle,
  ...activities
}: WorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: workflowBundle },
    activities: createActivities(activities),
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
