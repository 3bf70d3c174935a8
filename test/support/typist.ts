import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { PROJECT } from './build.ts';
import { eventually } from './eventually.ts';

/** Of util-linux. */
const SCRIPT = 'script';
const CLI = path.join(PROJECT, 'cli', 'holdfast.ts');

/** Somebody at a terminal (`script` makes one) who gives a `holdfast` command, and then types. */
export class Typist {
  readonly #process: ChildProcess;
  /** All that the terminal was sent. */
  screen = '';

  constructor(args: string[], env: Record<string, string>) {
    const command = [process.execPath, CLI, ...args].map((word) => `'${word}'`).join(' ');
    this.#process = spawn(SCRIPT, ['-qefc', command, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process.stdout?.on('data', (chunk) => (this.screen += chunk));
    onTestFinished(() => void this.#process.kill('SIGKILL'));
  }

  type(keys: string): void {
    this.#process.stdin?.write(keys);
  }

  async sees(text: string): Promise<void> {
    await eventually(() => this.screen.includes(text), {
      what: () => `${text} on ${JSON.stringify(this.screen)}`,
    });
  }

  /** The exit code, once it has ended. */
  async exit(): Promise<number> {
    const [code] =
      this.#process.exitCode === null ? await once(this.#process, 'exit') : [this.#process.exitCode];
    return code;
  }
}
