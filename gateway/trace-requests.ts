import type { MiddlewareHandler } from 'hono';
import { spanIdOf } from '../contract/trace.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';

/** Makes a span of each webhook request. */
export function traceWebhooks(tracing: Tracing, platforms: ReadonlyMap<string, unknown>): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    const [, , name = ''] = path.split('/');
    const platform = platforms.has(name) ? name : 'unknown';
    const route = `/webhooks/${platform}`;
    const attributes = { 'http.request.method': method, 'http.route': route, 'holdfast.platform': platform };
    await tracing.span({ name: `${method} ${route}`, kind: 'server', attributes }, async (set) => {
      await next();
      set({ 'http.response.status_code': context.res.status });
    });
  };
}

/** The same of each message by the HTTP API, whose caller may go on with a trace of its own (`traceparent`). */
export function traceMessages(tracing: Tracing): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req;
    const route = '/v1/conversations/:id/messages';
    const given = context.req.header('traceparent') ?? '';
    const attributes = { 'http.request.method': method, 'http.route': route };
    const parent = spanIdOf(given) === undefined ? undefined : given;
    await tracing.span({ name: `${method} ${route}`, kind: 'server', parent, attributes }, async (set) => {
      await next();
      set({ 'http.response.status_code': context.res.status });
    });
  };
}
