import type { RuntimeOptions } from '@temporalio/worker';
import type { Environment } from '../config/environment.ts';

/** Telemetry options under which a worker's metrics, those of Temporal's SDK and our own, can be scraped; none without a port. */
export function metrics({
  HOST,
  HOLDFAST_METRICS_PORT: port,
}: Pick<Environment, 'HOST' | 'HOLDFAST_METRICS_PORT'>): Pick<
  NonNullable<RuntimeOptions['telemetryOptions']>,
  'metrics'
> {
  return port === undefined ? {} : { metrics: { prometheus: { bindAddress: `${HOST}:${port}` } } };
}
