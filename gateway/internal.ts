import { Hono } from 'hono';
import { z } from 'zod';
import { hasKey } from './access.ts';
import { HttpError } from './errors.ts';
import type { LiveHub } from './live-hub.ts';

const base = { conversation: z.string(), turn: z.int(), text: z.string() };
const liveEvent = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('delta'), step: z.int(), attempt: z.int(), offset: z.int() }),
  z.object({ ...base, kind: z.literal('progress'), callId: z.string() }),
]);

/** What workers push to this gateway; without a key, nothing is taken. */
export function createInternal(live: LiveHub, key: string | undefined): Hono {
  const app = new Hono();
  app.post('/live', async (context) => {
    if (key === undefined || !hasKey(context, [key]))
      throw new HttpError(401, 'unauthorized', 'HOLDFAST_INTERNAL_KEY differs between gateway and worker');
    const parsed = liveEvent.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) throw new HttpError(400, 'invalid_event', 'not a live event');
    live.push(parsed.data);
    return context.body(null, 204);
  });
  return app;
}
