import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/activities.ts';
import { createActivities } from '../activities/create-activities.ts';
import { HandedOver } from '../activities/handed-over.ts';
import { DEPLOYMENT, QUEUE_OF, type Work, workInUse } from '../contract/queues.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';
import { countRetries } from './count-retries.ts';
import { logWhose } from './log-line.ts';
import { readableFailures } from './readable-failures.ts';
import { traceActivities, traceSinks } from './trace-activities.ts';

/** What one process does at once, for each kind of work: a model call keeps what it reads and writes in memory. */
const MOST_AT_ONCE: Record<Work, number> = { conversation: 1000, model: 250, tools: 1000, delivery: 1000 };

/** What is the same for every worker of a process. */
interface WorkOptions extends Omit<ActivityDependencies, 'handedOver'> {
  dataConverter: DataConverter;
  /** Path of the bundled workflow code, with the same data converter, for the work of conversations. */
  workflowBundle: string | undefined;
  /** How many workflows stay in memory, those that ran last. All others are replayed at their next task. */
  cachedConversations: number;
  /** Traces what is done here; undefined if nothing is. */
  tracing: Tracing | undefined;
}

export interface WorkersOptions extends WorkOptions {
  connection: NativeConnection;
  namespace: string;
  /** Of this process, at Temporal. */
  identity: string;
  work: readonly Work[];
  /** The version of this build, for rolling upgrades; undefined if workers have none. */
  version: string | undefined;
}

/**
 * What polls the queue of each kind of work. Each has the activities of all: on the queue of conversations is whatever was put
 * there while all kinds of work shared it.
 */
export async function createWorkers({
  connection,
  namespace,
  identity,
  work,
  version,
  ...options
}: WorkersOptions): Promise<Worker[]> {
  const optionsOf = createWorkerOptions(options);
  return Promise.all(
    work.map((kind) =>
      Worker.create({
        ...optionsOf(kind),
        connection,
        namespace,
        identity,
        ...(version === undefined ? {} : { workerDeploymentOptions: deploymentOptions(version) }),
      }),
    ),
  );
}

/** The options of a worker of each kind of work, wherever it runs. */
export function createWorkerOptions({
  dataConverter,
  workflowBundle,
  cachedConversations,
  tracing,
  ...dependencies
}: WorkOptions) {
  const handedOver = new HandedOver();
  const options = {
    dataConverter,
    activities: createActivities({ ...dependencies, handedOver }),
    sinks: { ...handedOver.sinks, ...traceSinks(tracing) },
    interceptors: {
      activity: [...(tracing ? [traceActivities(tracing)] : []), logWhose, countRetries(), readableFailures],
    },
    // After a kill, a conversation's next task waits this long for the dead worker before any other gets it.
    stickyQueueScheduleToStartTimeout: '1s',
    // Cancellations come with heartbeat answers, and details of a stream must be stored soon.
    maxHeartbeatThrottleInterval: '500ms',
    shutdownGraceTime: '3s',
    shutdownForceTime: '8s',
  } satisfies Omit<WorkerOptions, 'taskQueue'>;
  return (kind: Work): WorkerOptions => ({
    ...options,
    taskQueue: QUEUE_OF[kind],
    maxConcurrentActivityTaskExecutions: MOST_AT_ONCE[kind],
    maxCachedWorkflows: cachedConversations,
    // What is left from before the config changed.
    ...(workInUse(dependencies.queues).includes(kind) ? {} : { maxConcurrentActivityTaskPolls: 1 }),
    ...(kind === 'conversation' && workflowBundle !== undefined
      ? { workflowBundle: { codePath: workflowBundle } }
      : {}),
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
