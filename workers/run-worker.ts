import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { errorMessage } from '@temporalio/common';
import { NativeConnection, type NativeConnectionOptions, Runtime } from '@temporalio/worker';
import { readEnvironment } from '../config/environment.ts';
import { createLog, type Log } from '../config/log.ts';
import { temporalConnectConfig } from '../config/temporal.ts';
import { createMeters } from '../doctor/meters.ts';
import { createTrial } from '../doctor/trial.ts';
import { Watch } from '../doctor/watch.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { createWorkers } from './create-workers.ts';
import { loadEquipment } from './equip.ts';
import { installRuntime } from './install-runtime.ts';
import { Succession } from './succession/succession.ts';
import { warnIfIdle } from './warn-if-idle.ts';
import { workflowBundle } from './workflow-bundle.ts';
import type { WorkflowThreads } from './workflow-thread/workflow-threads.ts';

/** Works until SIGTERM, SIGINT or a disconnected parent has it end; resolves once what it did is done. */
export async function runWorker(threads: WorkflowThreads): Promise<void> {
  const environment = readEnvironment();
  const log = createLog(environment);
  let watch: Watch | undefined;
  await installRuntime(environment, log, () => watch?.alarm());

  const tracing = await startTracing(environment, 'holdfast-worker');
  const { connectionOptions, namespace, dataConverter } = temporalConnectConfig();
  const connecting = connect(connectionOptions, log);
  const { HOLDFAST_WORK: work } = environment;
  const [{ config, platforms, equip }, bundle] = await Promise.all([
    loadEquipment(environment, log),
    work.includes('conversation')
      ? workflowBundle(`${environment.HOLDFAST_HOME}/cache`, dataConverter)
      : undefined,
  ]);
  const connection = await connecting;
  // An entity that was ended by hand would still be answered for.
  const client = new Client({
    connection,
    namespace,
    dataConverter,
    workflow: { queryRejectCondition: 'NOT_OPEN' },
  });
  // One of its own, also for the first process of each container: the doctor counts those that were lost.
  const identity = `${process.pid}@${hostname()}@${randomUUID().slice(0, 8)}`;
  const { address } = connectionOptions;
  const succession = await Succession.begin({
    home: environment.HOLDFAST_HOME,
    address,
    namespace,
    identity,
    log,
  });
  void succession?.succeed(client);
  const { dependencies, mcp } = await equip(client);
  if (bundle !== undefined) {
    watch = new Watch({
      client,
      trial: createTrial(bundle),
      log,
      meters: createMeters(Runtime.instance().metricMeter),
    });
  }
  const looked = watch?.beforePolling();
  threads.watch(log);
  const workers = await createWorkers({
    connection,
    namespace,
    identity,
    work,
    dataConverter,
    workflowBundle: bundle,
    cachedConversations: environment.HOLDFAST_CACHED_CONVERSATIONS,
    version: environment.HOLDFAST_VERSION,
    tracing,
    ...dependencies,
    ...(succession ? { noteAttempt: succession.note } : {}),
  });
  // What kills a worker must be given up before it gets it again.
  await looked;
  process.once('disconnect', () => {
    for (const worker of workers) worker.shutdown();
  });
  log.info({ work, model: config.agents[0].models[0], platforms: [...platforms.keys()] }, 'worker ready');
  void warnIfIdle(client, environment.HOLDFAST_VERSION, log);
  const watching = new AbortController();
  void watch?.run(watching.signal);
  const running = Promise.all(workers.map((worker) => worker.run()));
  // Node writes it at a clean end, which there may never be.
  flushCompileCache();
  await running;
  watching.abort();
  await mcp.close();
  await tracing?.end();
  succession?.end();
  await connection.close();
}

/** Connects to Temporal, however long it takes to come. */
async function connect(options: NativeConnectionOptions, log: Log): Promise<NativeConnection> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (attempt % 20 === 1) log.warn({ reason: errorMessage(error) }, 'waiting for Temporal');
      await sleep(250);
    }
  }
}
