import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { errorMessage } from '@temporalio/common';
import { NativeConnection, type NativeConnectionOptions, Runtime } from '@temporalio/worker';
import { createMemoryStore } from '../activities/memory-store.ts';
import { createPushLive } from '../activities/push-live.ts';
import { createScheduleStore } from '../activities/schedule-store.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLog, type Log } from '../config/log.ts';
import { resolveMcpServers } from '../config/mcp-servers.ts';
import { createPlatforms } from '../config/platforms.ts';
import { temporalConnectConfig } from '../config/temporal.ts';
import type { Work } from '../contract/queues.ts';
import { createMeters } from '../doctor/meters.ts';
import { createTrial } from '../doctor/trial.ts';
import { Watch } from '../doctor/watch.ts';
import { resolveTranscriptionModel } from '../models/resolve-transcription-model.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { builtInTools } from '../tools/built-in-tools.ts';
import { createAgents, namesOfTools } from './agents.ts';
import { createWorkers } from './create-workers.ts';
import { installRuntime } from './install-runtime.ts';
import { mcpTools } from './mcp-tools.ts';
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

  const { connectionOptions, namespace } = temporalConnectConfig();
  const connecting = connect(connectionOptions, log);
  const config = await loadConfig(environment);
  const { transcription, timeZone, queues } = config;
  const { HOLDFAST_WORK: work } = environment;
  const does = (...kinds: Work[]) => kinds.some((kind) => work.includes(kind));
  const [transcriptionModel, platforms, bundle] = await Promise.all([
    transcription === undefined || !does('model')
      ? undefined
      : resolveTranscriptionModel(transcription, environment),
    createPlatforms(environment),
    does('conversation') ? workflowBundle(`${environment.HOLDFAST_HOME}/cache`) : undefined,
  ]);
  const connection = await connecting;
  // An entity that was ended by hand would still be answered for.
  const client = new Client({ connection, namespace, workflow: { queryRejectCondition: 'NOT_OPEN' } });
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
  const { HOLDFAST_FETCH_PRIVATE: fetchPrivate } = environment;
  const schedules = createScheduleStore(client);
  const builtIns = builtInTools({ fetchPrivate, schedules, timeZone, memory: createMemoryStore(client) });
  // Models are told of tools.
  const mcp = await mcpTools(does('model', 'tools') ? resolveMcpServers(config.mcpServers) : {}, {
    log,
    taken: namesOfTools(config.agents, builtIns),
  });
  if (bundle !== undefined) {
    watch = new Watch({
      client,
      trial: createTrial(bundle),
      log,
      meters: createMeters(Runtime.instance().metricMeter),
    });
  }
  const looked = watch?.beforePolling();
  threads.watch(() => {
    log.error('workflow code does not come to an end: this worker ends, and the next one goes on');
    process.exit(1);
  });
  const workers = await createWorkers({
    connection,
    namespace,
    identity,
    work,
    workflowBundle: bundle,
    cachedConversations: environment.HOLDFAST_CACHED_CONVERSATIONS,
    version: environment.HOLDFAST_VERSION,
    tracing,
    client,
    agents: createAgents(config.agents, environment, builtIns, mcp),
    approvalExpireMs: config.approvals.expireMs,
    transcriptionModel,
    transcription,
    prices: config.prices,
    platforms,
    schedules,
    timeZone,
    fetchPrivate,
    pushLive: createPushLive(environment.HOLDFAST_INTERNAL_KEY),
    queues,
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
