import type { Hono } from 'hono';
import { z } from 'zod';
import { isKey } from '../access.ts';
import { HttpError } from '../errors.ts';
import { servePage } from '../pages/serve-page.ts';
import { jsonBody, valid } from '../requests.ts';
import { operatorSession } from './session.ts';

const signInSchema = z.strictObject({ key: z.string() });

/** The operator's page, to be mounted at `/operate`; it talks to the HTTP API with the session that its sign-in begins. */
export function createOperate(keys: readonly string[]): Hono {
  const app = servePage(new URL('./page/', import.meta.url), 'operate');
  app.post('/session', async (context) => {
    const { key } = valid(signInSchema, await jsonBody(context));
    if (!isKey(key, keys)) throw new HttpError(401, 'unauthorized', 'key: is none of HOLDFAST_API_KEYS');
    await operatorSession.begin(context, key);
    return context.body(null, 204);
  });
  app.delete('/session', (context) => {
    operatorSession.end(context);
    return context.body(null, 204);
  });
  return app;
}
