import path from 'node:path';
import { findPostgresql } from '../../cli/cluster/find-postgresql.ts';
import { isServerBuilt } from '../../cli/cluster/find-server.ts';
import { postgresqlUser } from '../../cli/cluster/postgresql-user.ts';
import { onPath } from '../../cli/temporal/executable.ts';
import { createTerminal } from '../../cli/terminal.ts';

/**
 * What must be installed before a cluster can run here, for a test that is skipped without it; undefined: nothing. Installs
 * PostgreSQL by npm if there is none. An error where tests must not be skipped (CI=true).
 */
export async function missingOfCluster(scratch: string): Promise<string | undefined> {
  const { env } = process;
  try {
    const { signal: stop } = new AbortController();
    const data = path.join(scratch, 'no-data-yet');
    await findPostgresql({
      env,
      terminal: createTerminal(process.stderr),
      stop,
      user: postgresqlUser(),
      data,
    });
    if (onPath('go', env.PATH) || isServerBuilt(env)) return undefined;
    throw new Error('Go builds the server: https://go.dev/dl');
  } catch (error) {
    if (env.CI === 'true') throw error;
    return (error as Error).message;
  }
}
