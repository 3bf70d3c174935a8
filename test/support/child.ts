import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of a test: killed by its pid, and its output kept for a failure's message. */
export class Child {
  readonly #process: ChildProcess;
  /** Resolves when it is gone. */
  readonly gone: Promise<unknown>;
  /** What it has written last. */
  output = '';
  /** All that it has written. */
  readonly written: string[] = [];

  /** `user`: whom it runs as; by default ourselves. */
  constructor(command: string, args: string[], env: NodeJS.ProcessEnv, user?: { uid: number; gid: number }) {
    this.#process = spawn(command, args, { env, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
    this.gone = once(this.#process, 'exit');
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.written.push(chunk.toString());
        this.output = (this.output + chunk.toString()).slice(-20_000);
      });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  /** Sends a signal that does not end it. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR1'): void {
    this.#process.kill(name);
  }

  /** Ends the process, by default so that it notices nothing. Resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.ended) return;
    this.#process.kill(signal);
    await this.gone;
  }

  /** SIGTERM, and SIGKILL when the stop timeout is over: how service managers end a process. Resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    await Promise.race([this.kill('SIGTERM'), sleep(timeoutMs)]);
    await this.kill();
  }
}
