import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';

const EVERY_MS = 2_000;
const ANSWER_MS = 2_000;
/** Looks in a row at which it answered that it cannot read its database. */
const MOST_BROKEN = 3;
/** Looks in a row without any answer: a start, or a busy machine, takes less. */
const MOST_SILENT = 20;
/** gRPC's statuses. */
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

export interface ServerWatch {
  /** host:port */
  address: string;
  /** Ends the server, so that another process of it starts. */
  restart(why: string): Promise<void>;
  stop: AbortSignal;
}

/**
 * Has our own server started again that runs and no longer works. SQLite can go on being “interrupted” once its process was suspended in the
 * middle of a statement, as when a laptop sleeps: nothing is stored any more until another process opens the file. What was stored is kept.
 */
export async function watchServer({ address, restart, stop }: ServerWatch): Promise<void> {
  const connection = Connection.lazy({
    address,
    // Each look is one question, and a server that is back is seen at once.
    interceptors: [],
    channelArgs: { 'grpc.max_reconnect_backoff_ms': EVERY_MS },
  });
  let broken = 0;
  let silent = 0;
  while (!stop.aborted) {
    await sleep(EVERY_MS, undefined, { signal: stop }).catch(() => {});
    const state = await look(connection);
    broken = state === 'broken' ? broken + 1 : 0;
    silent = state === 'silent' ? silent + 1 : 0;
    if (stop.aborted || (broken < MOST_BROKEN && silent < MOST_SILENT)) continue;
    await restart(broken > 0 ? 'cannot read its database any more' : 'does not answer any more');
    [broken, silent] = [0, 0];
  }
  await connection.close();
}

/** Asks for what it reads from its database each time. */
async function look(connection: Connection): Promise<'works' | 'broken' | 'silent'> {
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return 'works';
  } catch (error) {
    if (!isGrpcServiceError(error)) return 'silent';
    if (error.code === UNAVAILABLE && error.details.includes('operation failed')) return 'broken';
    return error.code === UNAVAILABLE || error.code === DEADLINE_EXCEEDED ? 'silent' : 'works';
  }
}
