import { pidFile } from '../home.ts';
import type { PlanOptions, TemporalPlan } from '../plan-temporal.ts';
import { waitForAddress } from '../ports.ts';
import { endLeftover } from '../processes.ts';
import { UserError } from '../user-error.ts';
import { findCluster } from './find-cluster.ts';
import { makeNamespace } from './namespace.ts';
import { choosePorts } from './ports.ts';
import { dataFolder, makeDataFolder, postgresqlPlan, waitForPostgresql } from './postgresql.ts';
import { setUpSchema } from './schema.ts';
import { configFile, writeConfigs } from './server-config.ts';
import { servicePlan } from './service-plan.ts';
import { SERVICES } from './services.ts';

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
  const ports = await choosePorts(environment.HOLDFAST_TEMPORAL_PORT);
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
      const [frontend, ...others] = SERVICES;
      group.start([servicePlan(cluster, frontend.name)]);
      // The first one ever writes down what the cluster is, and two of them would be in each other's way.
      await waitForAddress(address, stop, () => {});
      group.start(others.map(({ name }) => servicePlan(cluster, name)));
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
