import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import { readRoutings } from '../config/routing.ts';
import { QUEUE_OF, type Queues, workInUse } from '../contract/queues.ts';

const CHECK_MS = 2_000;

/** `/healthz`: this process answers. `/readyz`: Temporal is reachable, and at each queue in use a worker polls that gets the tasks. */
export function createHealth(client: Client, queues: Queues): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    const state = await check(client, queues);
    const ok = state.temporal === 'reachable' && state.worker === 'polling';
    return context.json({ ok, ...state }, ok ? 200 : 503, ok ? {} : { 'retry-after': '2' });
  });
  return app;
}

/** `version`: which version of workers the tasks of conversations go to; `unpolled`: the queues whose tasks nobody would get. */
async function check(client: Client, queues: Queues) {
  try {
    const deadline = Date.now() + CHECK_MS;
    const routings = await client.withDeadline(deadline, () => readRoutings(client, workInUse(queues)));
    const unpolled = routings
      .filter(([, { workers, current }]) => !workers.has(current))
      .map(([work]) => QUEUE_OF[work]);
    const version = routings[0]?.[1].current;
    if (unpolled.length === 0) return { temporal: 'reachable', worker: 'polling', version };
    return { temporal: 'reachable', worker: 'none', version, unpolled };
  } catch {
    return { temporal: 'unreachable', worker: 'unknown' };
  }
}
