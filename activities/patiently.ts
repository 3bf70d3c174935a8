import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** How long a workflow may be too busy to answer. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/**
 * Asks a workflow by query. It takes one while it is busy, so a refused one is asked again for some seconds; then the
 * activity's own retry goes on.
 */
export async function patiently<Result>(
  client: Client,
  ask: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await client.withDeadline(end, ask);
    } catch (error) {
      if (Date.now() + PAUSE_MS >= end) throw error;
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}
