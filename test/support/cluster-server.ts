import type { ClusterPrograms } from '../../cli/cluster/find-cluster.ts';
import { makeNamespace } from '../../cli/cluster/namespace.ts';
import { choosePorts } from '../../cli/cluster/ports.ts';
import { makeDataFolder, postgresqlPlan, waitForPostgresql } from '../../cli/cluster/postgresql.ts';
import { letThrough } from '../../cli/cluster/postgresql-user.ts';
import { setUpSchema } from '../../cli/cluster/schema.ts';
import { writeConfigs } from '../../cli/cluster/server-config.ts';
import { servicePlan } from '../../cli/cluster/service-plan.ts';
import { SERVICES } from '../../cli/cluster/services.ts';
import type { ProcessPlan } from '../../cli/group.ts';
import { waitForAddress } from '../../cli/ports.ts';
import { Child } from './child.ts';
import type { ServerPart, StackServer } from './stack-server.ts';

export interface ClusterOptions {
  programs: ClusterPrograms;
  /** In a folder that is the tests' own. */
  home: string;
  dynamicConfig: Record<string, unknown>;
  /** Of its services. */
  env: Record<string, string>;
}

const STARTS_WITHIN_MS = 120_000;
export const POSTGRESQL = 'postgresql';
/** The services whose names begin with this have the conversations. */
export const HISTORY = 'history-';

/** Temporal's production server as `holdfast cluster` runs it, with its databases made: each service is a process, and so is PostgreSQL. */
export async function clusterServer({
  programs,
  home,
  dynamicConfig,
  env,
}: ClusterOptions): Promise<StackServer> {
  const cluster = { ...programs, home };
  const ports = await choosePorts(0);
  const address = `127.0.0.1:${ports.services.frontend.grpc}`;
  const stop = () => AbortSignal.timeout(STARTS_WITHIN_MS);
  const store: ServerPart = {
    name: POSTGRESQL,
    run: () => childOf(postgresqlPlan(cluster, ports.postgresql)),
    up: () => waitForPostgresql(ports.postgresql, stop()),
  };

  letThrough(home, programs.user);
  await makeDataFolder(cluster, stop());
  const first = store.run();
  await store.up();
  await setUpSchema({ ...cluster, port: ports.postgresql, stop: stop() });
  await first.kill('SIGTERM');
  writeConfigs(home, ports, dynamicConfig);

  const services = SERVICES.map(({ name }) => ({
    name,
    run: () => {
      const plan = servicePlan(cluster, name);
      return childOf({ ...plan, env: { ...plan.env, ...env } });
    },
    up: async () => {
      if (name === 'frontend') await waitForAddress(address, stop(), () => {});
    },
  }));
  return {
    address,
    parts: [store, ...services],
    answers: () => makeNamespace(address, 'default', stop()),
  };
}

export function childOf({ command, args, env, user }: ProcessPlan): Child {
  return new Child(command, args, env, user);
}
