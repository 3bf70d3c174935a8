import { type StartOptions, start } from './start.ts';
import type { Terminal } from './terminal.ts';

/** The command `start` as a process, or one that differs in this: runs until a signal ends it, and then exits with 0. */
export async function runStart(
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  differs: Partial<StartOptions> = {},
): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  // The terminal may be closed while we still stop.
  process.stdout.on('error', () => {});
  await start({ env, terminal, stop: stop.signal, ...differs });
  process.exit(0);
}
