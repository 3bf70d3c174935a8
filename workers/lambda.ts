import { type LambdaHandler, runWorker } from '@temporalio/lambda-worker';
import { Runtime } from '@temporalio/worker';
import { readEnvironment } from '../config/environment.ts';
import { createLog } from '../config/log.ts';
import { createTemporalClient, temporalConnectConfig } from '../config/temporal.ts';
import { DEPLOYMENT } from '../contract/queues.ts';
import { createMeters } from '../doctor/meters.ts';
import { createTrial } from '../doctor/trial.ts';
import { Watch } from '../doctor/watch.ts';
import { createWorkerOptions } from './create-workers.ts';
import { loadEquipment } from './equip.ts';
import { runtimeOptions } from './install-runtime.ts';
import { lambdaTimes } from './lambda-times.ts';
import { lambdaWork } from './lambda-work.ts';
import { workflowBundle } from './workflow-bundle.ts';
import { WorkflowThreads } from './workflow-thread/workflow-threads.ts';

/**
 * The AWS Lambda handler of a worker: each invocation polls until shortly before the function's time is over. All that a process
 * does once is done here, but nothing that needs Temporal: a start that fails would be made again and again.
 */
const environment = readEnvironment();
const log = createLog(environment);
const equipment = await loadEquipment(environment, log);
const { kind, version } = lambdaWork(environment, equipment.config);
const { dataConverter, ...reached } = temporalConnectConfig();
const client = createTemporalClient({ freezes: true, workflow: { queryRejectCondition: 'NOT_OPEN' } });
const [{ dependencies }, bundle] = await Promise.all([
  equipment.equip(client),
  kind === 'conversation' ? workflowBundle(`${environment.HOLDFAST_HOME}/cache`, dataConverter) : undefined,
]);
const optionsOf = createWorkerOptions({
  ...dependencies,
  dataConverter,
  tracing: undefined,
  workflowBundle: bundle,
  cachedConversations: environment.HOLDFAST_CACHED_CONVERSATIONS,
});
new WorkflowThreads().watch(log);

let work: LambdaHandler | undefined;
let watch: Watch | undefined;

export const handler: LambdaHandler = async (event, context) => {
  work ??= begin(context.getRemainingTimeInMillis());
  await watch?.beforePolling();
  const watching = new AbortController();
  void watch?.run(watching.signal);
  log.info({ work: kind, version }, 'worker ready');
  try {
    await work(event, context);
  } finally {
    watching.abort();
  }
};

/** At the first invocation: only it can tell how long each of them has. */
function begin(timeoutMs: number): LambdaHandler {
  const { bufferMs, ...times } = lambdaTimes(timeoutMs);
  const begun = runWorker({ deploymentName: DEPLOYMENT, buildId: version }, (config) => {
    Object.assign(config, reached);
    Object.assign(config.workerOptions, optionsOf(kind), times);
    config.workerOptions.workerDeploymentOptions = { defaultVersioningBehavior: 'AUTO_UPGRADE' };
    config.shutdownDeadlineBufferMs = bufferMs;
    config.runtimeOptions = { ...runtimeOptions(log, () => watch?.alarm()), shutdownSignals: [] };
  });
  if (bundle !== undefined) {
    const meters = createMeters(Runtime.instance().metricMeter);
    watch = new Watch({ client, trial: createTrial(bundle), log, meters });
  }
  return begun;
}
