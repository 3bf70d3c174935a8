import type { Client } from '@temporalio/client';
import type { Log } from '../config/log.ts';
import { readRouting, served } from '../config/routing.ts';
import { UNVERSIONED } from '../contract/queues.ts';

/** Says so if the work goes to workers of another version: to whoever started this one it would seem to hang. */
export async function warnIfIdle(client: Client, version = UNVERSIONED, log: Log): Promise<void> {
  const routing = await readRouting(client).catch(() => undefined);
  if (!routing || served(routing).includes(version)) return;
  log.warn(
    { version, current: routing.current },
    `this worker gets no work until its version is promoted: holdfast version promote ${version}`,
  );
}
