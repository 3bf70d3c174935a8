import type { MiddlewareHandler } from 'hono';
import type { Log } from '../config/log.ts';
import { parseConversationId, workflowIdOf } from '../contract/conversation-id.ts';

const CONVERSATION = /^\/v1\/conversations\/([^/]+)/;

/**
 * One line for each request: at `info` those that bring messages and those that are refused, at `debug` all others. It tells neither
 * query nor body.
 */
export function logRequests(
  log: Pick<Log, 'info' | 'debug'>,
  platforms: ReadonlyMap<string, unknown>,
): MiddlewareHandler {
  return async (context, next) => {
    const began = performance.now();
    await next();
    const { method, path } = context.req;
    const { status } = context.res;
    const [, room = '', name = ''] = path.split('/');
    const isWebhook = room === 'webhooks';
    const conversation = conversationIn(path);
    const line = {
      method,
      route: isWebhook || conversation !== undefined ? `/${room}/${isWebhook ? ':platform' : name}` : path,
      status,
      ms: Math.round(performance.now() - began),
      ...(isWebhook ? { platform: platforms.has(name) ? name : 'unknown' } : {}),
      ...(conversation === undefined ? {} : { conversation }),
    };
    const isOfInterest = isWebhook || status >= 400 || (room === 'v1' && method === 'POST');
    log[isOfInterest ? 'info' : 'debug'](line, 'request');
  };
}

/** The workflow id that a path of the HTTP API names, if it does. */
function conversationIn(path: string): string | undefined {
  const [, id] = CONVERSATION.exec(path) ?? [];
  try {
    return id === undefined ? undefined : workflowIdOf(parseConversationId(decodeURIComponent(id)));
  } catch {
    return undefined;
  }
}
