import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { signal } from '../processes.ts';

export interface ChildSpec {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Holds the pid while the process runs. */
  pidFile: string;
  /** `ipc`: a channel whose end tells the child that its parent is gone. `quiet`: standard output is not shown. */
  kind: 'ipc' | 'quiet';
  /** Whom it runs as; by default ourselves. */
  user?: { uid: number; gid: number };
}

export interface ChildEnd {
  /** `SIGKILL`, `exit code 1: <its last error line>`, … */
  reason: string;
  bySignal: boolean;
  /** The process says that only the operator can mend what is wrong. */
  isMisconfigured?: boolean;
}

export interface RunningChild {
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM, and SIGKILL when that does not help. Resolves when the process has ended. */
  end(): Promise<void>;
}

const GRACE_MS = 4000;
/** `EX_CONFIG` of sysexits.h. */
const EXIT_CONFIG = 78;

/** Starts a process in a group of its own, so that Ctrl-C in the terminal reaches only us. */
export function runChild(spec: ChildSpec, onLine: (line: string) => void): RunningChild {
  const child = spawn(spec.command, spec.args, {
    env: spec.env,
    detached: true,
    ...spec.user,
    stdio: [
      'ignore',
      spec.kind === 'quiet' ? 'ignore' : 'pipe',
      'pipe',
      ...(spec.kind === 'ipc' ? ['ipc' as const] : []),
    ],
  });
  const { pid } = child;
  const lastErrorLines: string[] = [];
  pipeLines(child.stdout, onLine);
  pipeLines(child.stderr, (line) => {
    if (lastErrorLines.push(line) > 20) lastErrorLines.shift();
    onLine(line);
  });
  if (pid !== undefined) writeFileSync(spec.pidFile, `${pid}\n`);

  const ended = new Promise<ChildEnd>((resolve) => {
    // A later error than a failed start (a signal or message that could not be sent) is followed by `exit`.
    child.on('error', (error) => pid === undefined && resolve({ reason: error.message, bySignal: false }));
    child.on('exit', (code, bySignal) => {
      rmSync(spec.pidFile, { force: true });
      // What it started must not go on without it, beside the same work done again.
      if (pid !== undefined) signal(-pid, 'SIGKILL');
      const settle = () => resolve(endOf(code, bySignal, lastErrorLines));
      // Its last words may still be in the pipe.
      child.once('close', settle);
      setTimeout(settle, 50);
    });
  });

  const end = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  return { ended, end };
}

function endOf(code: number | null, bySignal: string | null, errorLines: string[]): ChildEnd {
  if (bySignal !== null) return { reason: bySignal, bySignal: true };
  // Node puts the stack and its own version after the line that says what went wrong.
  const said =
    errorLines.findLast((line) => /error/i.test(line)) ?? errorLines.findLast((line) => line.trim() !== '');
  return {
    reason: `exit code ${code}${said ? `: ${said.trim()}` : ''}`,
    bySignal: false,
    isMisconfigured: code === EXIT_CONFIG,
  };
}

function pipeLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine);
}
