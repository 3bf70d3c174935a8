import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../config/environment.ts';
import { configPath } from '../config/load-config.ts';
import { listeningPlatforms } from '../config/platforms.ts';
import { UNVERSIONED } from '../contract/queues.ts';
import { banner } from './banner.ts';
import { checkConfigApart } from './check-config.ts';
import { childEnvironment, gatewayUrl } from './child-environment.ts';
import { type ChildName, claimHome, pidFile } from './home.ts';
import { planTemporal } from './plan-temporal.ts';
import { freePort } from './ports.ts';
import { endLeftover } from './processes.ts';
import { waitUntilReady } from './ready.ts';
import { reload } from './reload.ts';
import { reportsOf } from './supervisor/reports.ts';
import { type Supervised, supervise } from './supervisor/supervise.ts';
import { takeOver } from './take-over.ts';
import { checkNamespace } from './temporal/check-namespace.ts';
import type { Terminal } from './terminal.ts';
import { watchConfig } from './watch-config.ts';

export interface StartOptions {
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Ends it all, cleanly. */
  stop: AbortSignal;
  /** Scripts of the processes. */
  entries?: Entries;
}

export interface Entries {
  gateway: string;
  worker: string;
  listen: string;
}

const ENTRIES: Entries = {
  gateway: fileURLToPath(new URL('../gateway/node.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../workers/node.ts', import.meta.url)),
  listen: fileURLToPath(new URL('../gateway/listen.ts', import.meta.url)),
};

/**
 * The embedded default: a Temporal server, a gateway and a worker, kept running until `stop`; resolves when all have
 * ended. Throws ConfigError, and UserError for what stands in the way.
 */
export async function start({ env, terminal, stop, entries = ENTRIES }: StartOptions): Promise<void> {
  const environment = readEnvironment(env);
  const { HOST: host, HOLDFAST_HOME: home } = environment;
  const file = (name: ChildName) => pidFile(home, name);
  const release = claimHome(home);
  const group = new Map<ChildName, Supervised>();
  const children: { name: ChildName; args: [script: string, ...string[]] }[] = [
    { name: 'gateway', args: [entries.gateway] },
    { name: 'worker', args: [entries.worker] },
    ...listeningPlatforms(environment).map((platform) => ({
      name: `listen-${platform}` as const,
      args: [entries.listen, platform] as [string, string],
    })),
  ];
  let unwatch = () => {};
  try {
    const config = await checkConfigApart(env, stop);
    // They end when their parent does, but perhaps not before the next start.
    await Promise.all(children.map(({ name, args: [script] }) => endLeftover(file(name), script)));
    const port = await freePort({ host, port: environment.PORT, who: 'the gateway', variable: 'PORT' });
    const temporal = await planTemporal(environment, env, terminal, stop);

    if (temporal.server) {
      const spec = { ...temporal.server, env, kind: 'quiet', pidFile: file('temporal') } as const;
      group.set('temporal', supervise(spec, reportsOf('temporal', terminal)));
    }
    const childEnv = childEnvironment(env, environment, port, temporal);
    for (const { name, args } of children) {
      const command = { command: process.execPath, args, env: childEnv };
      group.set(name, supervise({ ...command, kind: 'ipc', pidFile: file(name) }, reportsOf(name, terminal)));
    }

    const { HOLDFAST_VERSION: version = UNVERSIONED } = environment;
    void takeOver({ env: childEnv, version, isOurs: temporal.server !== undefined, terminal, stop });
    const webChat = gatewayUrl(host, port);
    terminal.progress('Starting');
    await waitUntilReady(webChat, stop);
    await checkNamespace(childEnv);
    terminal.settle();
    for (const line of banner({ ...config, webChat, temporal, home }, terminal.paint)) terminal.line(line);

    const readers = [...group].filter(([name]) => name !== 'temporal').map(([, process]) => process);
    unwatch = watchConfig(configPath(environment), () => reload(env, readers, terminal, stop));
    if (!stop.aborted) await once(stop, 'abort');
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    unwatch();
    if (group.size > 0) terminal.progress('Stopping');
    await Promise.all(children.map(async ({ name }) => group.get(name)?.stop()));
    await group.get('temporal')?.stop();
    terminal.settle();
    release();
  }
}
