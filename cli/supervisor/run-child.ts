import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal } from '../processes.ts';

export interface ChildSpec {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Holds the pid while the process runs. */
  pidFile: string;
  /** `ipc`: a channel whose end tells the child that its parent is gone. `quiet`: standard output is not shown. */
  kind: 'ipc' | 'quiet';
}

export interface ChildEnd {
  /** `SIGKILL`, `exit code 1: <its last error line>`, … */
  reason: string;
  bySignal: boolean;
}

export interface RunningChild {
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM, and SIGKILL when that does not help. Resolves when the process has ended. */
  end(): Promise<void>;
}

const GRACE_MS = 4000;

/** Starts a process in a group of its own, so that Ctrl-C in the terminal reaches only us. */
export function runChild(spec: ChildSpec, onLine: (line: string) => void): RunningChild {
  const child = spawn(spec.command, spec.args, {
    env: spec.env,
    detached: true,
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
  if (pid !== undefined) writeFileSync(spec.pidFile, String(pid));

  const ended = new Promise<ChildEnd>((resolve) => {
    // A later error than a failed start (a signal or message that could not be sent) is followed by `exit`.
    child.on('error', (error) => pid === undefined && resolve({ reason: error.message, bySignal: false }));
    child.on('exit', async (code, bySignal) => {
      rmSync(spec.pidFile, { force: true });
      // What it started must not go on without it, beside the same work done again.
      if (pid !== undefined) signal(-pid, 'SIGKILL');
      // Its last words may still be in the pipe.
      await Promise.race([once(child, 'close'), sleep(50)]);
      const last = errorOf(lastErrorLines);
      resolve({ reason: bySignal ?? `exit code ${code}${last && `: ${last}`}`, bySignal: bySignal !== null });
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

/** The line that says what went wrong: Node puts the stack and its version after it. */
function errorOf(lines: string[]): string {
  const line = lines.findLast((text) => /error/i.test(text)) ?? lines.findLast((text) => text.trim() !== '');
  return line?.trim() ?? '';
}

function pipeLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine);
}
