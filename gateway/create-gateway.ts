import type { Hono } from 'hono';
import type { Environment } from '../config/environment.ts';
import { createGroupPolicy } from '../config/group-policy.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Log } from '../config/log.ts';
import { createPlatforms, missingSecrets } from '../config/platforms.ts';
import { createTemporalClient } from '../config/temporal.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';
import type { RemoteAddress } from './access.ts';
import { createApp } from './create-app.ts';
import { createOperate } from './operate/operate.ts';
import { serveMetrics } from './serve-metrics.ts';
import { createResolveSettings } from './settings.ts';
import { createWebChat } from './web-chat/web-chat.ts';

/** In what one kind of gateway differs from another. */
interface GatewayOptions {
  /** Where workers reach this very process; undefined if nobody can. */
  gatewayUrl?: string | undefined;
  /** Who is at the other end; without it nobody counts as this machine. */
  remoteAddress?: RemoteAddress;
  /** Whether an answer gets through piece by piece, as it is written. */
  streams: boolean;
  /** Its process may be stopped between two answers. */
  freezes?: boolean;
  /** Traces messages from their request on; nothing is traced without it. */
  tracing?: Tracing | undefined;
}

/**
 * The gateway as every entry serves it. It reads the config, and reaches Temporal only with the first request that needs it. Throws
 * ConfigError.
 */
export async function createGateway(
  environment: Environment,
  log: Log,
  { gatewayUrl, remoteAddress = () => undefined, streams, freezes = false, tracing }: GatewayOptions,
): Promise<Hono> {
  const config = await loadConfig(environment);
  const client = createTemporalClient({ freezes });
  const { TEMPORAL_UI_URL: ui } = environment;
  return createApp({
    client,
    settings: createResolveSettings(config),
    queues: config.queues,
    groupPolicy: createGroupPolicy(config.access.groups),
    platforms: await createPlatforms(environment),
    missingSecrets: (platform) => missingSecrets(platform, environment),
    apiKeys: environment.HOLDFAST_API_KEYS,
    internalKey: environment.HOLDFAST_INTERNAL_KEY,
    gatewayUrl: environment.HOLDFAST_GATEWAY_URL ?? gatewayUrl,
    remoteAddress,
    streams,
    temporalLink: (workflowId) =>
      ui && `${ui}/namespaces/${client.options.namespace}/workflows/${encodeURIComponent(workflowId)}`,
    webChat: createWebChat(),
    operate: createOperate(environment.HOLDFAST_API_KEYS),
    metrics: await serveMetrics(environment, client),
    tracing,
    agents: config.agents.map(({ name }) => name),
    log,
  });
}
