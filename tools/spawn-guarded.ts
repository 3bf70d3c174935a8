import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A process that leads a group of its own, with all it starts in it. */
export interface GuardedProcess {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the process has ended and the rest of its group was killed. Rejects if it could not be started. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** SIGKILLs the whole group. */
  kill(): void;
}

/**
 * A watcher in the process's own group waits for the end of pipe 3, whose other end is ours: when we are gone, however that
 * came, it kills the group. It runs before the command does, so there is no instant at which an orphan could slip away.
 */
const GUARDED = '(cat <&3; kill -KILL "-$$") </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/** Starts a program so that nothing of it outlives this process: not at its SIGKILL, not when the program itself has ended. */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): GuardedProcess {
  const child: ChildProcess = spawn('/bin/sh', ['-c', GUARDED, 'guarded', command, ...args], {
    ...options,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [stdin, stdout, stderr, guard] = child.stdio as unknown as [Writable, Readable, Readable, Writable];
  // The process may end before it has read all: what it was told is then of no use.
  stdin.on('error', () => {});
  guard.on('error', () => {});
  const ended = new Promise<Awaited<GuardedProcess['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      guard.destroy();
      resolve({ code, signal });
    });
  });
  ended.catch(() => {});
  return { stdin, stdout, stderr, ended, kill: () => void guard.destroy() };
}
