import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/environment.ts';
import { listeningPlatforms } from '../config/platforms.ts';
import { type ChildName, pidFile } from './home.ts';
import { freePort } from './ports.ts';
import { endLeftover } from './processes.ts';

/** How many of holdfast's own processes there are, and what each of them does. */
export interface Layout {
  gateways: readonly ChildName[];
  /** Each with what it alone has in its environment. */
  workers: readonly { name: ChildName; env?: NodeJS.ProcessEnv }[];
}

export const ONE_OF_EACH: Layout = { gateways: ['gateway'], workers: [{ name: 'worker' }] };

/** Scripts of the processes. */
export interface Entries {
  gateway: string;
  worker: string;
  listen: string;
  codecServer: string;
}

export const ENTRIES: Entries = {
  gateway: fileURLToPath(new URL('../gateway/node.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../workers/node.ts', import.meta.url)),
  listen: fileURLToPath(new URL('../gateway/listen.ts', import.meta.url)),
  codecServer: fileURLToPath(new URL('../gateway/codec-server/node.ts', import.meta.url)),
};

/** One of holdfast's own processes. */
interface ScriptPlan {
  name: ChildName;
  args: [script: string, ...string[]];
  /** What it alone has in its environment. */
  env: NodeJS.ProcessEnv;
}

export interface ProcessesPlan {
  scripts: ScriptPlan[];
  /** Base URL of each gateway: on `PORT` and those after it. */
  urls: string[];
  /** Base URL of the codec server, if values are encrypted. */
  codecServer: string | undefined;
}

/** Base URL at which this machine reaches what listens there. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * holdfast's own processes of a layout, with those ended that an earlier start left. Throws a UserError that names the variable
 * of a port in use.
 */
export async function planProcesses(
  { gateways, workers }: Layout,
  entries: Entries,
  environment: Environment,
): Promise<ProcessesPlan> {
  const { HOST: host, PORT, HOLDFAST_METRICS_PORT: metricsPort, HOLDFAST_HOME: home } = environment;
  // The workers' come first, then the gateways'.
  const metricsOf = (index: number) =>
    metricsPort === undefined ? {} : { HOLDFAST_METRICS_PORT: String(metricsPort + index) };
  const doors = gateways.map((name) => ({ name, args: [entries.gateway] as [string] }));
  const decoders = environment.HOLDFAST_ENCRYPTION_KEYS
    ? [{ name: 'codec-server' as const, args: [entries.codecServer] as [string] }]
    : [];
  const others: ScriptPlan[] = [
    ...workers.map(({ name, env }, index) => ({
      name,
      args: [entries.worker] as [string],
      env: { ...metricsOf(index), ...env },
    })),
    ...listeningPlatforms(environment).map((platform) => ({
      name: `listen-${platform}` as const,
      args: [entries.listen, platform] as [string, string],
      env: {},
    })),
  ];
  // They end when their parent does, but perhaps not before the next start.
  const left = [...doors, ...decoders, ...others].map(({ name, args: [script] }) =>
    endLeftover(pidFile(home, name), script),
  );
  await Promise.all(left);

  const scripts: ScriptPlan[] = [];
  const urls: string[] = [];
  for (const [index, door] of doors.entries()) {
    const need = { host, port: PORT && PORT + index, who: 'the gateway', variable: 'PORT' };
    const port = await freePort(need);
    const url = urlOf(host, port);
    urls.push(url);
    // The one that was given is the first gateway's.
    const reached = (index === 0 && environment.HOLDFAST_GATEWAY_URL) || url;
    scripts.push({
      ...door,
      env: { PORT: String(port), HOLDFAST_GATEWAY_URL: reached, ...metricsOf(workers.length + index) },
    });
  }
  let codecServer: string | undefined;
  for (const decoder of decoders) {
    const { HOLDFAST_CODEC_PORT } = environment;
    const who = 'the codec server';
    const port = await freePort({ host, port: HOLDFAST_CODEC_PORT, who, variable: 'HOLDFAST_CODEC_PORT' });
    codecServer = urlOf(host, port);
    scripts.push({ ...decoder, env: { HOLDFAST_CODEC_PORT: String(port) } });
  }
  return { scripts: [...scripts, ...others], urls, codecServer };
}
