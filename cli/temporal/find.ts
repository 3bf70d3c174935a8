import path from 'node:path';
import { UserError } from '../user-error.ts';
import { type BuildOptions, buildWithGo } from './build.ts';
import { cachedTemporal, intoCache, TEMPORAL_VERSION } from './cache.ts';
import { downloadTemporal } from './download.ts';
import { isExecutable, onPath } from './executable.ts';

/** `env`: TEMPORAL_CLI, PATH, XDG_CACHE_HOME, HOME and what Go reads. */
export interface FindOptions extends BuildOptions {
  /** Where the download comes from: a script that is given a folder and leaves the executable in it. */
  downloader?: string;
}

const TEMPORAL = {
  what: "Temporal's development server",
  module: 'github.com/temporalio/cli',
  version: TEMPORAL_VERSION,
  commands: ['cmd/temporal'],
};
const WAYS_OUT = `One of these helps:
  - install Go (https://go.dev/dl) and start again: the server is then built, once
  - install Temporal's command line (https://docs.temporal.io/cli) and put it on PATH or its path into TEMPORAL_CLI
  - set TEMPORAL_ADDRESS to the host:port of a Temporal server that already runs`;

/**
 * Path of Temporal's command line, which has the development server in it: TEMPORAL_CLI, or on PATH, or cached, or
 * downloaded as the SDK does it, or built by Go. The last two can take minutes and show how they go.
 * Throws a UserError with the ways out.
 */
export async function findTemporal(options: FindOptions): Promise<string> {
  const { env, terminal } = options;
  if (env.TEMPORAL_CLI) {
    if (isExecutable(env.TEMPORAL_CLI)) return env.TEMPORAL_CLI;
    throw new UserError(
      `TEMPORAL_CLI: ${env.TEMPORAL_CLI} is not a file that can be run. Set it to the \`temporal\` executable, or leave it out.`,
    );
  }
  const cached = cachedTemporal(env);
  const found = onPath('temporal', env.PATH) ?? (isExecutable(cached) ? cached : undefined);
  if (found) return found;

  try {
    const downloaded = await intoCache(cached, (directory) => downloadTemporal(directory, options)).catch(
      (error: Error) => {
        options.stop.throwIfAborted();
        const reason = error.message.split('\n')[0]?.replace(/^(.{100}).+/, '$1…');
        terminal.line(`Temporal's development server cannot be downloaded (${reason}).`);
      },
    );
    if (downloaded) return downloaded;
    const go = onPath('go', env.PATH);
    if (!go) throw new UserError(`It cannot be built, because Go is not installed.\n${WAYS_OUT}`);
    return await intoCache(cached, async (directory) => {
      await buildWithGo(go, directory, TEMPORAL, options);
      return path.join(directory, path.basename(cached));
    });
  } finally {
    terminal.settle();
  }
}
