import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from './build.ts';

const RUNTIME = path.join(PROJECT, 'test', 'e2e', 'stand-ins', 'lambda-runtime.ts');

export interface LambdaFunction {
  /** The unpacked zip. */
  root: string;
  /** `{file}.{export}`, as Lambda is told it. */
  handler: string;
  env: Record<string, string>;
}

/** What a runtime tells of an invocation, in this order. */
type Told = { loadedMs: number } | { piece: string } | { result: string } | { error: string };

/** One execution environment of a function: a process of its own. It begins cold, and is ended like every process of a test. */
export class LambdaEnvironment {
  readonly #process: ChildProcess;
  readonly #loaded = Promise.withResolvers<number>();
  #invocation = Promise.withResolvers<unknown>();
  /** Pieces of a streamed answer, as they came. */
  pieces: { text: string; at: number }[] = [];
  output = '';

  constructor({ root, handler, env }: LambdaFunction) {
    const [module = '', name = ''] = handler.split('.');
    this.#process = fork(RUNTIME, [path.join(root, `${module}.mjs`), name], {
      cwd: root,
      env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: root, AWS_LAMBDA_FUNCTION_NAME: 'holdfast', ...env },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-20_000);
      });
    this.#process.on('message', (told: Told) => this.#heard(told));
    this.#process.once('exit', (code, signal) => this.#fail(`Runtime.ExitError: ${signal ?? code}`));
    this.#loaded.promise.catch(() => {});
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Milliseconds that it took to load the module. Throws if it could not be loaded. */
  get loadedMs(): Promise<number> {
    return this.#loaded.promise;
  }

  /** Calls the handler, for `timeoutMs` at most: then the process is killed, as Lambda does. Throws what the handler throws. */
  async invoke(event: object, timeoutMs: number): Promise<unknown> {
    await this.#loaded.promise;
    this.#invocation = Promise.withResolvers();
    this.#invocation.promise.catch(() => {});
    this.#process.send({ event, timeoutMs });
    const over = new AbortController();
    const killed = sleep(timeoutMs, undefined, { signal: over.signal, ref: false }).then(
      () => this.kill(),
      () => {},
    );
    try {
      return await this.#invocation.promise;
    } finally {
      over.abort();
      await killed;
    }
  }

  /** Stops all that runs in it, as between two invocations. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
  }

  #heard(told: Told): void {
    if ('loadedMs' in told) this.#loaded.resolve(told.loadedMs);
    else if ('piece' in told) this.pieces.push({ text: told.piece, at: performance.now() });
    else if ('result' in told) this.#invocation.resolve(JSON.parse(told.result));
    else this.#invocation.reject(new Error(told.error));
  }

  #fail(reason: string): void {
    const error = new Error(`${reason}; its output: ${this.output}`);
    this.#loaded.reject(error);
    this.#invocation.reject(error);
  }
}
