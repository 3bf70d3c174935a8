import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { secret } from '../home.ts';
import { SERVER_DYNAMIC_CONFIG } from '../temporal/dynamic-config.ts';
import { DATABASE_USER } from './postgresql.ts';
import { DATABASES } from './schema.ts';
import { type ClusterPorts, SERVICES, type ServiceName } from './services.ts';

/** Can never be changed: each history host has its share of them, and a conversation lives in one. docs/cluster.md says why so many. */
const HISTORY_SHARDS = 16;
/** Of each service, to each database. */
const CONNECTIONS = { state: 20, visibility: 5 };

const folder = (home: string) => path.join(home, 'temporal');
const dynamicConfigFile = (home: string) => path.join(folder(home), 'dynamic-config.yaml');
const logFile = (home: string, name: ServiceName) => path.join(folder(home), `${name}.log`);
export const configFile = (home: string, name: ServiceName) => path.join(folder(home), `${name}.yaml`);

/** Writes the config of each service, and empties its log. `further` is dynamic config beside ours. */
export function writeConfigs(home: string, ports: ClusterPorts, further: Record<string, unknown> = {}): void {
  mkdirSync(folder(home), { recursive: true, mode: 0o700 });
  const dynamic = Object.entries({ ...SERVER_DYNAMIC_CONFIG, ...further });
  write(dynamicConfigFile(home), Object.fromEntries(dynamic.map(([key, value]) => [key, [{ value }]])));
  for (const own of SERVICES) {
    // Every kind of service must be named; of the others it learns from the membership, which is in the database.
    const kinds = [...SERVICES, own].map(({ name, service }) => [
      service,
      { rpc: rpcOf(ports.services[name]) },
    ]);
    rmSync(logFile(home, own.name), { force: true });
    write(configFile(home, own.name), {
      ...common(home, ports),
      log: { level: 'error', outputFile: logFile(home, own.name) },
      services: Object.fromEntries(kinds),
    });
  }
}

const rpcOf = ({ grpc, membership }: ClusterPorts['services'][ServiceName]) => ({
  grpcPort: grpc,
  membershipPort: membership,
  bindOnLocalHost: true,
});

/** JSON is YAML, and needs no library. */
function write(file: string, content: object): void {
  writeFileSync(file, JSON.stringify(content, undefined, 2), { mode: 0o600 });
}

function common(home: string, ports: ClusterPorts) {
  const frontend = `127.0.0.1:${ports.services.frontend.grpc}`;
  const store = (kind: keyof typeof DATABASES) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName: DATABASES[kind],
      connectAddr: `127.0.0.1:${ports.postgresql}`,
      connectProtocol: 'tcp',
      user: DATABASE_USER,
      password: secret(home, 'postgresql.password'),
      maxConns: CONNECTIONS[kind],
      maxIdleConns: CONNECTIONS[kind],
      maxConnLifetime: '1h',
    },
  });
  return {
    persistence: {
      numHistoryShards: HISTORY_SHARDS,
      defaultStore: 'state',
      visibilityStore: 'visibility',
      datastores: { state: store('state'), visibility: store('visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    publicClient: { hostPort: frontend },
    dynamicConfigClient: { filepath: dynamicConfigFile(home), pollInterval: '60s' },
  };
}
