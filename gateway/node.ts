import { flushCompileCache } from 'node:module';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { readEnvironment } from '../config/environment.ts';
import { createLog } from '../config/log.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { createGateway } from './create-gateway.ts';
import { SERVER_LIMITS } from './server-limits.ts';

/** The gateway process. It ends on SIGTERM or SIGINT, or when the process that started it is gone. */
const environment = readEnvironment();
const log = createLog(environment);
const { PORT: port, HOST: hostname } = environment;
const tracing = await startTracing(environment, 'holdfast-gateway');
const { fetch } = await createGateway(environment, log, {
  gatewayUrl: `http://127.0.0.1:${port}`,
  remoteAddress: (context) => getConnInfo(context).remote.address,
  streams: true,
  tracing,
});

const server = serve({ fetch, port, hostname, serverOptions: SERVER_LIMITS }, () => {
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
