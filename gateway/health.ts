import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import { TASK_QUEUE } from '../contract/queues.ts';

const CHECK_MS = 2_000;
/** A worker's poll lasts a minute at most; Temporal lists pollers for five. */
const FRESH_MS = 70_000;

/** `/healthz`: this process answers. `/readyz`: Temporal is reachable and a worker polls. */
export function createHealth(client: Client): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    const state = await check(client);
    const ok = state.temporal === 'reachable' && state.worker === 'polling';
    return context.json({ ok, ...state }, ok ? 200 : 503, ok ? {} : { 'retry-after': '2' });
  });
  return app;
}

async function check({ connection, workflowService, options }: Client) {
  try {
    const queue = await connection.withDeadline(Date.now() + CHECK_MS, () =>
      workflowService.describeTaskQueue({
        namespace: options.namespace,
        taskQueue: { name: TASK_QUEUE },
        taskQueueType: 1,
      }),
    );
    const polling = queue.pollers?.some(
      ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < FRESH_MS,
    );
    return { temporal: 'reachable', worker: polling ? 'polling' : 'none' };
  } catch {
    return { temporal: 'unreachable', worker: 'unknown' };
  }
}
