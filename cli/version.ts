import type { Client } from '@temporalio/client';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { readRouting, readRoutings } from '../config/routing.ts';
import { QUEUE_OF, UNVERSIONED, type Work, workInUse } from '../contract/queues.ts';
import { askTemporal } from './temporal/ask-temporal.ts';
import { isRouted, type ListedVersion, listVersions, promote } from './temporal/versions.ts';
import { UserError } from './user-error.ts';

/** `version list`: which versions of workers there are, and which gets the work; in words or as JSON. Throws UserError. */
export async function tellVersions(env: NodeJS.ProcessEnv, json: boolean): Promise<string> {
  const versions = await askTemporal(env, listVersions);
  if (json) return JSON.stringify(versions);
  const width = Math.max(...versions.map(({ version }) => version.length));
  return versions
    .map(({ version, state, percent, workers }) => {
      const share = percent === undefined ? state : `${state} ${percent} %`;
      return `${version.padEnd(width)}  ${share.padEnd(13)}  ${inWorkers(workers)}`;
    })
    .join('\n');
}

/** `version promote`: sends the work to a version, or with `ramp` a percentage of the conversations. Throws UserError and ConfigError. */
export async function promoteVersion(
  env: NodeJS.ProcessEnv,
  version: string,
  ramp?: string,
): Promise<string> {
  const percent = ramp === undefined ? 100 : Number(ramp);
  if (!(percent >= 0 && percent <= 100) || ramp === '')
    throw new UserError(`--ramp: must be a percentage from 0 to 100, not "${ramp}"`);
  const { queues } = await loadConfig(readEnvironment(env));
  await askTemporal(env, (client) => promotePolled(client, workInUse(queues), version, percent));
  if (percent === 100) return `Version ${version} is current: all conversations go on with it.`;
  return `Version ${version} has ${percent} % of the conversations.`;
}

/** Work for a version without workers would wait for ever. */
async function promotePolled(
  client: Client,
  works: readonly Work[],
  version: string,
  percent: number,
): Promise<void> {
  const routing = await readRouting(client);
  if (isRouted(routing, version, percent)) return;
  const polled = await readRoutings(client, works);
  const unpolled = polled.filter(([, { workers }]) => !workers.has(version)).map(([work]) => QUEUE_OF[work]);
  if (percent > 0 && unpolled.length > 0) {
    const start = version === UNVERSIONED ? 'without HOLDFAST_VERSION' : `with HOLDFAST_VERSION=${version}`;
    const versions = (await listVersions(client)).filter(({ workers }) => workers > 0);
    throw new UserError(
      `No worker of version ${version} is polling ${unpolled.join(' and ')}. Start one ${start}, then promote it. These poll: ${inLine(versions)}.`,
    );
  }
  if (percent < 100 && version === routing.current)
    throw new UserError(
      `Version ${version} is the current one, and has what no other has. Give --ramp with the version that is to get more.`,
    );
  await promote(client, version, percent);
}

function inLine(versions: ListedVersion[]): string {
  if (versions.length === 0) return 'none';
  return versions.map(({ version, workers }) => `${version} (${inWorkers(workers)})`).join(', ');
}

function inWorkers(count: number): string {
  if (count === 0) return 'no worker';
  return count === 1 ? '1 worker' : `${count} workers`;
}
