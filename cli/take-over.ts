import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type Routing, readRouting } from '../config/routing.ts';
import { temporalConnectConfig } from '../config/temporal.ts';
import { isRouted, promote } from './temporal/versions.ts';
import type { Terminal } from './terminal.ts';

export interface TakeOverOptions {
  /** Environment of the worker. */
  env: NodeJS.ProcessEnv;
  version: string;
  /** Nobody else runs workers at this Temporal server. */
  isOurs: boolean;
  terminal: Terminal;
  stop: AbortSignal;
}

const PAUSE_MS = 200;

/**
 * Sends the work to the worker that was started here: an earlier start may have left it with another version. At a server that
 * others use it does so only if nobody is there for the work, and otherwise says how. Ends with `stop`.
 */
export async function takeOver({ env, version, isOurs, terminal, stop }: TakeOverOptions): Promise<void> {
  const { connectionOptions, ...options } = temporalConnectConfig(env);
  const connection = Connection.lazy(connectionOptions);
  const client = new Client({ connection, ...options });
  let isTried = false;
  try {
    for (; !stop.aborted; await sleep(PAUSE_MS, undefined, { signal: stop }).catch(() => {})) {
      const routing = await readRouting(client).catch(() => undefined);
      if (!routing) continue;
      // What was tried may have succeeded although its answer did not come.
      if (isRouted(routing, version))
        return isTried ? terminal.line(`Version ${version} is current now`) : undefined;
      // It has not come so far.
      if (!routing.workers.has(version)) continue;
      if (!isOurs && routing.workers.has(routing.current)) return terminal.line(notCurrent(routing, version));
      isTried = true;
      await promote(client, version).catch(() => {});
    }
  } finally {
    await connection.close();
  }
}

function notCurrent({ current }: Routing, version: string): string {
  return (
    `Workers of version ${current} get the work of this Temporal server, not the one started here, which is ` +
    `${version}. To change that: npm run holdfast -- version promote ${version}`
  );
}
