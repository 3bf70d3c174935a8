import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { addSearchAttributes } from '../temporal/check-namespace.ts';
import { SEARCH_ATTRIBUTES } from '../temporal/search-attributes.ts';

/** How long a run is kept after its conversation went on in the next one. */
const RETENTION = msToTs('3 days');
/** gRPC's status. */
const ALREADY_EXISTS = 6;
const PAUSE_MS = 200;
const ANSWER_MS = 5_000;

/** Waits until the server at this address (host:port) answers, and has this namespace with our search attributes there. */
export async function makeNamespace(address: string, namespace: string, stop: AbortSignal): Promise<void> {
  const connection = Connection.lazy({ address });
  try {
    for (;;) {
      const isMade = await connection
        .withDeadline(Date.now() + ANSWER_MS, () => attempt(connection, namespace))
        // It is coming up, or one of its hosts has not heard of the namespace yet.
        .catch(() => false);
      if (isMade) return;
      await sleep(PAUSE_MS, undefined, { signal: stop });
    }
  } finally {
    await connection.close();
  }
}

async function attempt(connection: Connection, namespace: string): Promise<boolean> {
  const { workflowService } = connection;
  await workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: RETENTION })
    .catch((error: unknown) => {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
    });
  await addSearchAttributes(connection, namespace);
  // They are known once they can be asked for.
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `${name} IS NULL`).join(' AND ');
  await workflowService.countWorkflowExecutions({ namespace, query });
  return true;
}
