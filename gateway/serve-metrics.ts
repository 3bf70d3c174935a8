import { once } from 'node:events';
import { serve } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import { errorMessage } from '@temporalio/common';
import { Hono } from 'hono';
import { ConfigError, type Environment } from '../config/environment.ts';
import type { GatewayMetrics } from './metrics.ts';

/**
 * Serves a gateway's metrics at `http://{HOST}:{HOLDFAST_METRICS_PORT}/metrics`, in the form of Prometheus; undefined without that
 * port, and nothing is loaded then. Throws {@link ConfigError}.
 */
export async function serveMetrics(
  { HOST, HOLDFAST_METRICS_PORT: port }: Pick<Environment, 'HOST' | 'HOLDFAST_METRICS_PORT'>,
  client: Client,
): Promise<GatewayMetrics | undefined> {
  if (port === undefined) return undefined;
  const { prometheusMetrics } = await import('./prometheus-metrics.ts');
  const { registry, ...metrics } = prometheusMetrics(client);
  const app = new Hono();
  app.get('/metrics', async (context) => {
    context.header('content-type', registry.contentType);
    return context.body(await registry.metrics());
  });
  try {
    await once(serve({ fetch: app.fetch, port, hostname: HOST }), 'listening');
  } catch (error) {
    throw new ConfigError(
      `HOLDFAST_METRICS_PORT: ${port} cannot be listened on at ${HOST}: ${errorMessage(error)}`,
    );
  }
  return metrics;
}
