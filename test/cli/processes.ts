import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished, vi } from 'vitest';
import { commandLine, readPid, signal } from '../../cli/processes.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const isAlive = (pid: number | undefined) => pid !== undefined && commandLine(pid) !== undefined;

/** Polls until `get` gives something; fails the test when it does not. */
export function until<T>(get: () => T | undefined | false | null, timeout = 15_000): Promise<T> {
  return vi.waitFor(
    () => {
      const value = get();
      if (!value) throw new Error(`still waiting for: ${get.toString()}`);
      return value;
    },
    { timeout, interval: 20 },
  );
}

export interface Started {
  process: ChildProcess;
  home: string;
  /** All that it wrote so far. */
  output(): string;
  pid(name: string): number | undefined;
  /** Resolves with the exit code. */
  exit(): Promise<number | null>;
}

const START = fileURLToPath(new URL('./stand-ins/start.ts', import.meta.url));

export interface StartedCommand {
  /** A script of Node and its arguments; without it `start` with stand-ins. */
  command?: [script: string, ...string[]];
  /** Where its state is; without it in the folder. */
  home?: string;
}

/** Runs `start` with stand-ins on free ports and a real Temporal server, or another command; all of it is gone after the test. */
export function startHoldfast(
  folder: string,
  env: Record<string, string> = {},
  { command = [START], home = path.join(folder, 'home') }: StartedCommand = {},
): Started {
  const child = spawn(process.execPath, command, {
    cwd: folder,
    // A group of its own, as a terminal gives it: what is sent to the group is what Ctrl-C sends.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TEMPORAL_CLI: inject('temporal'),
      HOLDFAST_HOME: home,
      PORT: '0',
      HOLDFAST_TEMPORAL_PORT: '0',
      HOLDFAST_TEMPORAL_UI_PORT: '0',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const ended = once(child, 'close');
  const run = path.join(home, 'run');
  const pid = (name: string) => readPid(path.join(run, `${name}.pid`));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    for (const file of existsSync(run) ? readdirSync(run) : []) {
      const left = readPid(path.join(run, file));
      if (left) signal(left, 'SIGKILL');
    }
    await ended;
  });
  return { process: child, home, output: () => output, pid, exit: async () => (await ended)[0] };
}

export const isRunning = (started: Started) =>
  started.output().includes('conversations go on where they were');
