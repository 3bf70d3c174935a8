import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { findPostgresql } from '../../../cli/cluster/find-postgresql.ts';
import {
  DATABASE_USER,
  dataFolder,
  makeDataFolder,
  postgresqlPlan,
  waitForPostgresql,
} from '../../../cli/cluster/postgresql.ts';
import { letThrough, postgresqlUser } from '../../../cli/cluster/postgresql-user.ts';
import { secret } from '../../../cli/home.ts';
import { createTerminal } from '../../../cli/terminal.ts';
import { UserError } from '../../../cli/user-error.ts';
import type { Child } from '../../../test/support/child.ts';
import { childOf } from '../../../test/support/cluster-server.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { NotInstalled } from '../../system.ts';

const STARTS_WITHIN_MS = 120_000;

/** A PostgreSQL server as a cluster has it, so that each commit is on disk. */
export interface Postgres {
  server: Child;
  /** Of a database that is created by who uses it first. */
  url: string;
}

/** Starts one on a data folder of its own in `scratch`, and waits until it takes connections. Throws {@link NotInstalled}. */
export async function startPostgres(scratch: string): Promise<Postgres> {
  const home = mkdtempSync(path.join(scratch, 'postgres-'));
  const user = postgresqlUser();
  for (const folder of [scratch, home]) letThrough(folder, user);
  const stop = AbortSignal.timeout(STARTS_WITHIN_MS);
  const options = { env: process.env, terminal: createTerminal(process.stderr), stop };
  const postgresql = await findPostgresql({ ...options, user, data: dataFolder(home) }).catch(
    (error: unknown) => {
      throw error instanceof UserError ? new NotInstalled(error.message) : error;
    },
  );
  const programs = { home, postgresql, user };
  await makeDataFolder(programs, stop);
  const port = await freePort();
  const server = childOf(postgresqlPlan(programs, port));
  try {
    await waitForPostgresql(port, stop);
  } catch (error) {
    await server.kill();
    throw error;
  }
  const password = secret(home, 'postgresql.password');
  return { server, url: `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/bench` };
}
