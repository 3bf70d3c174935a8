import { once } from 'node:events';
import { configPath } from '../config/config-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { UNVERSIONED } from '../contract/queues.ts';
import { banner } from './banner.ts';
import { checkConfigApart } from './check-config.ts';
import { childEnvironment } from './child-environment.ts';
import { Group } from './group.ts';
import { claimHome } from './home.ts';
import { ENTRIES, type Entries, type Layout, ONE_OF_EACH, planProcesses } from './plan-processes.ts';
import { type PlanOptions, planTemporal, type TemporalPlan } from './plan-temporal.ts';
import { waitUntilReady } from './ready.ts';
import { reload } from './reload.ts';
import { takeOver } from './take-over.ts';
import { checkNamespace } from './temporal/check-namespace.ts';
import type { Terminal } from './terminal.ts';
import { watchConfig } from './watch-config.ts';

export interface StartOptions {
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Ends it all, cleanly. */
  stop: AbortSignal;
  entries?: Entries;
  layout?: Layout;
  plan?: (options: PlanOptions) => Promise<TemporalPlan>;
}

/**
 * A Temporal server and holdfast's processes on it, by default the development server, a gateway and a worker, kept running until
 * `stop`; resolves when all have ended. Throws ConfigError, and UserError for what stands in the way.
 */
export async function start(options: StartOptions): Promise<void> {
  const { env, terminal, stop, entries = ENTRIES, layout = ONE_OF_EACH, plan = planTemporal } = options;
  const environment = readEnvironment(env);
  const { HOLDFAST_HOME: home, HOLDFAST_VERSION: version = UNVERSIONED } = environment;
  const release = claimHome(home);
  const group = new Group(home, terminal);
  let unwatch = () => {};
  try {
    const config = await checkConfigApart(env, stop);
    const { scripts, urls, codecServer } = await planProcesses(layout, entries, environment);
    const temporal = await plan({ environment, codecServer, env, terminal, stop });

    await temporal.run?.(group);
    const childEnv = childEnvironment(env, environment, temporal);
    const readers = group.start(
      scripts.map(({ name, args, env: own }) => ({
        name,
        command: process.execPath,
        args,
        env: { ...childEnv, ...own },
        kind: 'ipc',
      })),
    );
    // From now on: the watch misses what changes before its first look.
    unwatch = watchConfig(configPath(environment), () => reload(env, readers, terminal, stop));

    void takeOver({ env: childEnv, version, isOurs: temporal.run !== undefined, terminal, stop });
    terminal.progress('Starting');
    for (const url of urls) await waitUntilReady(url, stop);
    await checkNamespace(childEnv);
    terminal.settle();
    for (const line of banner({ ...config, webChats: urls, temporal, codecServer, home }, terminal.paint))
      terminal.line(line);
    if (!stop.aborted) await once(stop, 'abort');
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    unwatch();
    if (!group.isEmpty) terminal.progress('Stopping');
    await group.stop();
    terminal.settle();
    release();
  }
}
