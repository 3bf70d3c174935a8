import { flushCompileCache } from 'node:module';
import { serve } from '@hono/node-server';
import { readEnvironment } from '../config/environment.ts';
import { createGroupPolicy } from '../config/group-policy.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLog } from '../config/log.ts';
import { createPlatforms, missingSecrets } from '../config/platforms.ts';
import { createTemporalClient } from '../config/temporal.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { createApp } from './create-app.ts';
import { serveMetrics } from './serve-metrics.ts';
import { createResolveSettings } from './settings.ts';
import { createWebChat } from './web-chat/web-chat.ts';

/** The gateway process. It ends on SIGTERM or SIGINT, or when the process that started it is gone. */
const environment = readEnvironment();
const log = createLog(environment);
const config = await loadConfig(environment);
const client = createTemporalClient();
const tracing = await startTracing(environment, 'holdfast-gateway');
const { PORT: port, HOST: hostname, TEMPORAL_UI_URL: ui } = environment;

const app = createApp({
  client,
  settings: createResolveSettings(config),
  queues: config.queues,
  groupPolicy: createGroupPolicy(config.access.groups),
  platforms: await createPlatforms(environment),
  missingSecrets: (platform) => missingSecrets(platform, environment),
  apiKeys: environment.HOLDFAST_API_KEYS,
  internalKey: environment.HOLDFAST_INTERNAL_KEY,
  gatewayUrl: environment.HOLDFAST_GATEWAY_URL ?? `http://127.0.0.1:${port}`,
  temporalLink: (workflowId) =>
    ui && `${ui}/namespaces/${client.options.namespace}/workflows/${encodeURIComponent(workflowId)}`,
  webChat: await createWebChat(),
  metrics: await serveMetrics(environment, client),
  tracing,
  log,
});

const server = serve({ fetch: app.fetch, port, hostname }, () => {
  log.info({ port, hostname }, 'gateway ready');
  // Node writes it at a clean end, which there may never be.
  flushCompileCache();
});
server.on('error', (error) => {
  log.fatal({ reason: error.message }, 'the gateway cannot listen; set PORT or HOST');
  process.exit(1);
});
for (const end of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
  process.once(end, () => {
    if (!tracing) process.exit(0);
    void tracing.end().then(() => process.exit(0));
  });
