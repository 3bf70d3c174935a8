import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './user-error.ts';

/** The command line of a running process; undefined when there is none with this pid. */
export function commandLine(pid: number): string | undefined {
  try {
    // Small containers have no `ps`.
    const line =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
            encoding: 'utf8',
            stdio: 'pipe',
          });
    return line.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is the number of a thread of a process (on Linux, threads have numbers like processes). */
export function isThread(pid: number): boolean {
  try {
    return !new RegExp(`^Tgid:\\s*${pid}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The pid in a pid file; undefined without a usable one. */
export function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

const GRACE_MS = 3000;

/**
 * Ends the process that a pid file names, if its command line has `mark` in it (a pid alone may be another's by now),
 * and removes the file. Returns the pid once it has ended, undefined if there was none.
 */
export async function endLeftover(pidFile: string, mark: string): Promise<number | undefined> {
  const pid = readPid(pidFile);
  const runs = () => pid !== undefined && commandLine(pid)?.includes(mark) === true;
  const left = runs() ? pid : undefined;
  if (left) signal(left, 'SIGTERM');
  for (const since = Date.now(); runs(); await sleep(25)) {
    const waited = Date.now() - since;
    if (left && waited > GRACE_MS) signal(left, 'SIGKILL');
    if (waited > 2 * GRACE_MS)
      throw new UserError(
        `Process ${pid} is left over from an earlier start and cannot be ended; end it yourself.`,
      );
  }
  rmSync(pidFile, { force: true });
  return left;
}

/** Sends a signal; one that has no process (or, with a negative pid, no group) to go to is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group that has ended but was not yet collected.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
