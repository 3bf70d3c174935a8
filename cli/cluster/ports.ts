import { randomInt } from 'node:crypto';
import { freePort } from '../ports.ts';
import { UserError } from '../user-error.ts';
import { type ClusterPorts, SERVICES } from './services.ts';

/** Temporal's services tell each other their ports in a column of PostgreSQL that holds no greater number. */
const HIGHEST = 32_767;
const LOWEST = 20_000;
/** Two of each service, and PostgreSQL's. */
const COUNT = 2 * SERVICES.length + 1;

/**
 * Free ports of 127.0.0.1: the frontend's first, which is this one, and those after it for the rest; with 0 any free ones. Throws
 * a UserError that names HOLDFAST_TEMPORAL_PORT.
 */
export async function choosePorts(first: number): Promise<ClusterPorts> {
  if (first + COUNT - 1 > HIGHEST)
    throw new UserError(
      `HOLDFAST_TEMPORAL_PORT: ${first} is too high for a cluster, which takes ${COUNT} ports from there on, to ${HIGHEST} at most.`,
    );
  const taken = new Set<number>();
  const next = async (who: string) => {
    const port = await (first === 0 ? anyPort(taken) : portOf(who, first + taken.size));
    taken.add(port);
    return port;
  };
  const services: Partial<ClusterPorts['services']> = {};
  for (const { name } of SERVICES)
    services[name] = { grpc: await next(`Temporal's ${name}`), membership: await next(`Temporal's ${name}`) };
  return { services: services as ClusterPorts['services'], postgresql: await next('PostgreSQL') };
}

function portOf(who: string, port: number): Promise<number> {
  return freePort({ host: '127.0.0.1', port, who, variable: 'HOLDFAST_TEMPORAL_PORT' });
}

async function anyPort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST - COUNT);
    if (taken.has(port)) continue;
    const free = await portOf('Temporal', port).catch(() => undefined);
    if (free !== undefined) return free;
  }
}
