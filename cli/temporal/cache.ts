import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The newest release that `go install` accepts; what is downloaded or built, and so what is cached. */
export const TEMPORAL_VERSION = 'v1.5.1';

/** Where a downloaded or built server stays, outside node_modules so that it survives `npm ci`. */
export function cachedTemporal(env: NodeJS.ProcessEnv): string {
  return path.join(cacheFolder(env), `temporal-${TEMPORAL_VERSION}`, 'temporal');
}

/** Where this machine's user keeps what holdfast downloaded or built. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache');
  return path.join(cache, 'holdfast');
}

/**
 * Lets `make` produce an executable, or a folder of them, in a folder of its own, then moves it to `target` in one step: whoever
 * looks there sees all of it or nothing, also when two processes make it at once. Returns `target`.
 */
export async function intoCache(
  target: string,
  make: (directory: string) => Promise<string>,
): Promise<string> {
  const parent = path.dirname(target);
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(path.join(parent, 'making-'));
  try {
    const made = await make(directory);
    chmodSync(made, 0o755);
    moveTo(target, made);
    return target;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function moveTo(target: string, made: string): void {
  try {
    renameSync(made, target);
  } catch (error) {
    // Another process was first with this folder; a file would have been replaced.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}
