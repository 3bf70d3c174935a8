import path from 'node:path';
import type { BuildOptions } from '../temporal/build.ts';
import { UserError } from '../user-error.ts';
import { findPostgresql } from './find-postgresql.ts';
import { findServer, type ServerPrograms } from './find-server.ts';
import { dataFolder } from './postgresql.ts';
import { barrier, letThrough, postgresqlUser, type SystemUser } from './postgresql-user.ts';

/** What a cluster is made of. */
export interface ClusterPrograms extends ServerPrograms {
  /** Folder of PostgreSQL's programs. */
  postgresql: string;
  /** Whom PostgreSQL runs as; undefined: ourselves. */
  user: SystemUser | undefined;
}

/**
 * What a cluster needs, found, installed or built, and the way to its data folder open to PostgreSQL's user. Throws UserErrors.
 */
export async function findCluster(home: string, options: BuildOptions): Promise<ClusterPrograms> {
  const user = postgresqlUser();
  for (const folder of [path.dirname(home), home]) letThrough(folder, user);
  const data = dataFolder(home);
  const closed = barrier(data, user);
  if (closed)
    throw new UserError(
      `PostgreSQL does not run as root, and its user may not enter ${closed}: set HOLDFAST_HOME to a folder that every user may reach, or start as another user.`,
    );
  const postgresql = await findPostgresql({ ...options, user, data });
  return { ...(await findServer(options)), postgresql, user };
}
