import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, isThread, readPid } from './processes.ts';
import { UserError } from './user-error.ts';

type Own = 'gateway' | 'worker';
type Store = 'temporal' | 'postgresql' | 'frontend' | 'matching' | 'internal-worker';
export type ChildName =
  | Own
  | 'codec-server'
  | `${Own}-${string}`
  | `listen-${string}`
  | Store
  | `history-${number}`;

/** Where things are in a data folder. */
export const databaseFile = (home: string) => path.join(home, 'temporal.db');
export const pidFile = (home: string, name: ChildName | 'start') => path.join(home, 'run', `${name}.pid`);

/**
 * Makes this process the one that runs on the data folder, and returns what gives it up again.
 * Throws a UserError with the other's pid while another one runs.
 */
export function claimHome(home: string): () => void {
  const file = pidFile(home, 'start');
  // Conversations are in there.
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Written apart and then linked: the file is never seen empty, and only one of two can be first.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    const other = readPid(file);
    if (other !== undefined && isStart(other)) throw alreadyRunning(home, other);
    rmSync(file, { force: true });
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyRunning(home, readPid(file));
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(file, { force: true });
}

/** Pids are used again, after a reboot above all: only another process of Node that runs the same script counts. */
function isStart(pid: number): boolean {
  const script = path.basename(process.argv[1] ?? 'holdfast.ts');
  const line = pid === process.pid || isThread(pid) ? undefined : commandLine(pid);
  return line !== undefined && /^\S*node\S* /.test(line) && line.includes(script);
}

function alreadyRunning(home: string, pid: number | undefined): UserError {
  return new UserError(
    `holdfast already runs on ${home} (pid ${pid}).\n` +
      `Stop it with Ctrl-C there or \`kill ${pid}\`, or start another one with its own HOLDFAST_HOME and PORT.`,
  );
}

/** A secret of this data folder, such as the key that its gateways and workers share; made when it is first asked for. */
export function secret(home: string, name: 'internal.key' | 'postgresql.password'): string {
  const file = path.join(home, name);
  try {
    return readFileSync(file, 'utf8').trim() || makeSecret(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return makeSecret(file);
    throw error;
  }
}

function makeSecret(file: string): string {
  const made = randomBytes(32).toString('base64url');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}
