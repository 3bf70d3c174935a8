import type { Client } from '@temporalio/client';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import type { Log } from '../config/log.ts';
import type { Queues } from '../contract/queues.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';
import { type RemoteAddress, requireAccess } from './access.ts';
import { createApi } from './api.ts';
import { ChangeFeed } from './change-feed.ts';
import { createControl } from './control.ts';
import { Conversations } from './conversations.ts';
import { errorResponse, HttpError } from './errors.ts';
import type { GroupPolicyOf } from './group-policy.ts';
import { createHealth } from './health.ts';
import { createInternal } from './internal.ts';
import { LiveHub } from './live-hub.ts';
import { logRequests } from './log-requests.ts';
import { type GatewayMetrics, timeAcknowledgement } from './metrics.ts';
import type { PlatformDependencies } from './no-platform.ts';
import { createOpenAi } from './openai/create-openai.ts';
import { openAiErrors } from './openai/errors.ts';
import { createOpenApi } from './openapi/create-openapi.ts';
import type { ResolveSettings } from './settings.ts';
import { traceMessages, traceWebhooks } from './trace-requests.ts';
import { Watchers } from './watchers.ts';
import { createWebhooks } from './webhooks.ts';

/** Largest request body, in bytes. */
const MAX_BODY = 1024 * 1024;
/** A Matrix transaction holds up to 100 events of 64 KB, and a homeserver repeats one that is refused for ever. */
const MAX_WEBHOOK_BODY = 8 * 1024 * 1024;
/** Event streams and waiting requests at once. */
const MOST_WATCHERS = 1_000;

/** Nothing that is answered is a page, whatever a browser would like to make of it; the web chat says so of itself. */
const noPage = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
});

export interface AppDependencies extends PlatformDependencies {
  client: Client;
  settings: ResolveSettings;
  queues: Queues;
  groupPolicy: GroupPolicyOf;
  apiKeys: readonly string[];
  internalKey: string | undefined;
  gatewayUrl: string | undefined;
  remoteAddress: RemoteAddress;
  streams: boolean;
  temporalLink(workflowId: string): string | undefined;
  webChat: Hono;
  operate: Hono;
  /** Names of the agents. */
  agents: readonly string[];
  /** Measures what goes on here; nothing is measured without it. */
  metrics?: GatewayMetrics | undefined;
  /** Traces messages from their request on; nothing is traced without it. */
  tracing?: Tracing | undefined;
  log: Log;
}

/** The whole HTTP side of holdfast. It holds no state that matters: any number of copies serve the same conversations. */
export function createApp(dependencies: AppDependencies): Hono {
  const { client, platforms, missingSecrets, gatewayUrl, temporalLink, streams, metrics, tracing, log } =
    dependencies;
  const conversations = new Conversations(client, dependencies.settings, dependencies.groupPolicy, tracing);
  const changes = new ChangeFeed(client);
  const live = new LiveHub();
  const watchers = new Watchers(MOST_WATCHERS);
  metrics?.watchStreams(() => live.watching);

  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof HttpError) {
      if (error.status >= 500) log.warn({ code: error.code, reason: reasonOf(error.cause) }, error.message);
      return errorResponse(context, error);
    }
    if (error instanceof HTTPException)
      return errorResponse(context, new HttpError(400, 'bad_request', error.message));
    log.error({ reason: reasonOf(error), path: context.req.path }, 'request failed');
    return errorResponse(
      context,
      new HttpError(503, 'unavailable', 'try again', { headers: { 'retry-after': '5' } }),
    );
  });
  app.notFound((context) => errorResponse(context, new HttpError(404, 'not_found', 'there is nothing here')));
  app.use(logRequests(log, platforms));
  for (const path of ['/v1/chat/*', '/v1/responses/*', '/v1/models/*']) app.use(path, openAiErrors);
  if (metrics) app.use('/webhooks/*', timeAcknowledgement(metrics, platforms));
  if (tracing) {
    app.use('/webhooks/*', traceWebhooks(tracing, platforms));
    app.post('/v1/conversations/:id/messages', traceMessages(tracing));
  }
  app.use('/webhooks/*', noPage, limitBody(MAX_WEBHOOK_BODY));
  app.use('/v1/*', noPage, limitBody(MAX_BODY));
  app.use('/internal/*', noPage, limitBody(MAX_BODY));

  app.route('/', createHealth(client, dependencies.queues));
  app.route('/webhooks', createWebhooks({ conversations, platforms, missingSecrets, log }));
  app.use('/v1/*', requireAccess(dependencies.apiKeys, dependencies.remoteAddress));
  const shared = { conversations, changes, live, watchers, streams, gatewayUrl, platforms, missingSecrets };
  app.route('/v1', createApi({ ...shared, temporalLink }));
  app.route('/v1', createControl(shared));
  app.route('/v1', createOpenAi({ ...shared, agents: dependencies.agents }));
  app.route('/v1', createOpenApi());
  app.route('/internal', createInternal(live, dependencies.internalKey));
  app.use('/operate/*', limitBody(MAX_BODY));
  app.route('/operate', dependencies.operate);
  app.route('/', dependencies.webChat);
  return app;
}

function limitBody(maxSize: number): MiddlewareHandler {
  const tooLarge = (): never => {
    // The rest of the body is not read, so the connection cannot be used again.
    const headers = { connection: 'close' };
    throw new HttpError(413, 'too_large', `the body must be at most ${maxSize} bytes`, { headers });
  };
  const limitStream = bodyLimit({ maxSize, onError: tooLarge });
  return (context, next) => {
    const length = context.req.header('content-length');
    // One that says how long it is needs not be read as a stream, which takes 0.3 ms.
    if (length === undefined || context.req.header('transfer-encoding')) return limitStream(context, next);
    return Number(length) <= maxSize ? next() : tooLarge();
  };
}

/** The messages of an error and its causes: what went wrong is often told only at the bottom. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const deeper = reasonOf(error.cause);
  return deeper === undefined ? error.message : `${error.message}: ${deeper}`;
}
