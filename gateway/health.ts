import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import { readRouting } from '../config/routing.ts';

const CHECK_MS = 2_000;

/** `/healthz`: this process answers. `/readyz`: Temporal is reachable and a worker polls that gets the tasks. */
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

/** `version`: which version of workers the tasks go to. */
async function check(client: Client) {
  try {
    const deadline = Date.now() + CHECK_MS;
    const { current, workers } = await client.withDeadline(deadline, () => readRouting(client));
    return { temporal: 'reachable', worker: workers.has(current) ? 'polling' : 'none', version: current };
  } catch {
    return { temporal: 'unreachable', worker: 'unknown' };
  }
}
