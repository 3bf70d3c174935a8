import type { Environment } from '../../config/environment.ts';
import { pidFile } from '../home.ts';
import type { PlanOptions, TemporalPlan } from '../plan-temporal.ts';
import { freePort } from '../ports.ts';
import { endLeftover } from '../processes.ts';
import { UserError } from '../user-error.ts';
import { findCluster } from './find-cluster.ts';
import { makeNamespace } from './namespace.ts';
import { dataFolder, makeDataFolder, postgresqlPlan, waitForPostgresql } from './postgresql.ts';
import { setUpSchema } from './schema.ts';
import { configFile, writeConfigs } from './server-config.ts';
import { servicePlan } from './service-plan.ts';
import { type ClusterPorts, SERVICES } from './services.ts';

/**
 * Temporal's production server with two history hosts, on a PostgreSQL of its own, all on the data folder. Throws UserErrors.
 */
export async function planCluster({ environment, env, terminal, stop }: PlanOptions): Promise<TemporalPlan> {
  const { HOLDFAST_HOME: home, TEMPORAL_UI_URL: ui } = environment;
  if (environment.TEMPORAL_ADDRESS)
    throw new UserError(
      'TEMPORAL_ADDRESS is set, and `holdfast cluster` runs a Temporal of its own: leave it out, or use `holdfast start`.',
    );
  await endLeftovers(home);
  const ports = await choosePorts(environment);
  const cluster = { ...(await findCluster(home, { env, terminal, stop })), home };
  const address = `127.0.0.1:${ports.services.frontend.grpc}`;
  return {
    address,
    ui,
    told: [
      ['Services', SERVICES.map(({ name }) => name).join(', ')],
      ['PostgreSQL', `127.0.0.1:${ports.postgresql}`],
    ],
    async run(group) {
      terminal.progress('Starting PostgreSQL and Temporal');
      await makeDataFolder(cluster, stop);
      group.start([postgresqlPlan(cluster, ports.postgresql)]);
      await waitForPostgresql(ports.postgresql, stop);
      await setUpSchema({ ...cluster, port: ports.postgresql, stop });
      writeConfigs(home, ports);
      group.start(SERVICES.map(({ name }) => servicePlan(cluster, name)));
      await makeNamespace(address, env.TEMPORAL_NAMESPACE || 'default', stop);
    },
  };
}

/** One that was left over would go on writing to our database. */
async function endLeftovers(home: string): Promise<void> {
  const services = SERVICES.map(({ name }) => endLeftover(pidFile(home, name), configFile(home, name)));
  await Promise.all(services);
  await endLeftover(pidFile(home, 'postgresql'), dataFolder(home));
}

/** `HOLDFAST_TEMPORAL_PORT` for the frontend, and those after it for the rest. */
async function choosePorts({ HOLDFAST_TEMPORAL_PORT: first }: Environment): Promise<ClusterPorts> {
  let count = 0;
  const next = (who: string) => {
    const port = first && first + count++;
    return freePort({ host: '127.0.0.1', port, who, variable: 'HOLDFAST_TEMPORAL_PORT' });
  };
  const services: Partial<ClusterPorts['services']> = {};
  for (const { name } of SERVICES)
    services[name] = { grpc: await next(`Temporal's ${name}`), membership: await next(`Temporal's ${name}`) };
  return { postgresql: await next('PostgreSQL'), services: services as ClusterPorts['services'] };
}
