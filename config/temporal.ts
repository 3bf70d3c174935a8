import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** How to reach Temporal, from its own variables and config file (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key, …). */
export function temporalConnectConfig() {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connectionOptions, namespace: namespace ?? 'default' };
}

/** A client that connects at its first call and again whenever Temporal was away. */
export function createTemporalClient(): Client {
  const { connectionOptions, namespace } = temporalConnectConfig();
  return new Client({ connection: Connection.lazy(connectionOptions), namespace });
}
