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

/** What a program may send to its own group (`kill 0` in a script's last lines): it is not meant for the watcher. */
const SIGNALS = 'HUP INT QUIT PIPE ALRM TERM USR1 USR2';
/**
 * A watcher in the process's own group waits for the end of pipe 3, whose other end is ours: when we are gone, however that
 * came, it kills the group. It runs before the command does, so there is no instant at which an orphan could slip away.
 */
const GUARDED = [
  `trap "" ${SIGNALS}`,
  '(read -r line <&3; kill -KILL "-$$") </dev/null >/dev/null 2>&1 &',
  `trap - ${SIGNALS}`,
  'exec 3<&-',
  'exec "$@"',
].join('\n');

/**
 * Starts a program so that nothing of it outlives this process: not at its SIGKILL, not when the program itself has ended. Throws
 * if there is no room for another process's pipes.
 */
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
  // Without file descriptors there are no pipes, against the word of the types, but there is an error event.
  if ((child.stdio as unknown) === undefined) {
    child.once('error', () => {});
    throw new Error(`${command} could not be started: too many open files`);
  }
  const [stdin, stdout, stderr, guard] = child.stdio as unknown as [Writable, Readable, Readable, Writable];
  // The process may end before it has read all: what it was told is then of no use.
  stdin.on('error', () => {});
  guard.on('error', () => {});
  const killGroup = () => {
    guard.destroy();
    // Not by the watcher alone: it may be stopped, as any of its group.
    if (child.pid !== undefined) signalGroup(child.pid);
  };
  const ended = new Promise<Awaited<GuardedProcess['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      killGroup();
      resolve({ code, signal });
    });
  });
  ended.catch(() => {});
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  // Once it is over, its number may belong to somebody else.
  return { stdin, stdout, stderr, ended, kill: () => void (isOver() || killGroup()) };
}

function signalGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
