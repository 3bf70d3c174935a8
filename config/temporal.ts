import { Client, type ClientOptions, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** A page of history can be larger than the 4 MiB that gRPC takes by default: a burst of long messages is one page. */
export const channelArgs = { 'grpc.max_receive_message_length': 64 * 1024 * 1024 };

/** How to reach Temporal, from its own variables and config file (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key, …). */
export function temporalConnectConfig(env: NodeJS.ProcessEnv = process.env) {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { connectionOptions, namespace } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(set),
  });
  return { connectionOptions, namespace: namespace ?? 'default' };
}

export interface TemporalClientOptions extends Pick<ClientOptions, 'workflow'> {
  /** Its process may be stopped for any time between two calls, and its connection lost meanwhile. */
  freezes?: boolean;
}

/** Of a connection that is silent: a call that goes on over another one still ends in time. */
const NOTICED_LOST = { 'grpc.keepalive_timeout_ms': 1_000 };

/** A client that connects at its first call and again whenever Temporal was away. */
export function createTemporalClient({ freezes = false, ...options }: TemporalClientOptions = {}): Client {
  const { connectionOptions, namespace } = temporalConnectConfig();
  const connection = Connection.lazy({
    ...connectionOptions,
    channelArgs: { ...channelArgs, ...(freezes ? NOTICED_LOST : {}) },
  });
  return new Client({ ...options, connection, namespace });
}
