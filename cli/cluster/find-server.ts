import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, buildWithGo } from '../temporal/build.ts';
import { cacheFolder, intoCache } from '../temporal/cache.ts';
import { isExecutable, onPath } from '../temporal/executable.ts';
import { UserError } from '../user-error.ts';

/** The newest release that Go 1.26 builds. */
const VERSION = 'v1.32.0';

/** Paths of Temporal's production server and of the tool that sets up its databases. */
export interface ServerPrograms {
  server: string;
  sql: string;
}

const folderOf = (env: NodeJS.ProcessEnv) => path.join(cacheFolder(env), `temporal-server-${VERSION}`);
const programsIn = (folder: string): ServerPrograms => ({
  server: path.join(folder, 'server'),
  sql: path.join(folder, 'sql'),
});

export function isServerBuilt(env: NodeJS.ProcessEnv): boolean {
  return Object.values(programsIn(folderOf(env))).every(isExecutable);
}

/**
 * The server from the cache, or built by Go into it, which takes minutes and shows how it goes. Throws a UserError with what to
 * install.
 */
export async function findServer(options: BuildOptions): Promise<ServerPrograms> {
  const folder = folderOf(options.env);
  const programs = programsIn(folder);
  if (isServerBuilt(options.env)) return programs;
  const go = onPath('go', options.env.PATH);
  if (!go)
    throw new UserError(
      "Temporal's production server has to be built, once, and Go is not on PATH: install Go (https://go.dev/dl) and start again.\n" +
        'Without Go, `npm start` runs all of it on the development server.',
    );
  await intoCache(folder, async (directory) => {
    const built = path.join(directory, 'built');
    mkdirSync(built);
    const build = {
      what: "Temporal's production server",
      module: 'go.temporal.io/server',
      version: VERSION,
      commands: ['cmd/server', 'cmd/tools/sql'],
    };
    await buildWithGo(go, built, build, options);
    return built;
  });
  return programs;
}
