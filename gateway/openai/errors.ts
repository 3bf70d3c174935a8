import type { MiddlewareHandler } from 'hono';
import { HttpError } from '../errors.ts';

/** Gives errors the form of OpenAI's: that of the rest of the HTTP interface, with `type` and `param`. */
export const openAiErrors: MiddlewareHandler = async (context, next) => {
  await next();
  const { error } = context;
  if (!error) return;
  const told = (await context.res.clone().json()) as { error: { code: string; message: string } };
  const { status, headers } = context.res;
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const param = error instanceof HttpError ? (error.field ?? null) : null;
  const response = new Response(JSON.stringify({ error: { ...told.error, type, param } }), {
    status,
    headers,
  });
  // The official clients repeat such a request by themselves; without a key that would be another message.
  if (status >= 500 && !context.req.header('idempotency-key'))
    response.headers.set('x-should-retry', 'false');
  context.res = response;
};
