import workerThreads, { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Log } from '../../config/log.ts';
import { SDK_SCRIPT } from './sdk-script.ts';

const IN_THREAD = new URL('./in-thread.ts', import.meta.url).href;
const LOOK_EVERY_MS = 1_000;
/** Looks that find the same call into workflow code still running: it never ends. One that was suspended is not looked at meanwhile. */
const STUCK_AFTER = 5;

/** The threads in which the SDK runs workflows. Each runs in-thread.ts first. */
export class WorkflowThreads {
  #prepared: WorkflowThread | undefined;

  /** Starts one now, for the first worker: it loads what it needs while this thread does, which is 0.3 s of a worker's start. */
  prepare(): void {
    this.#prepared = new WorkflowThread();
  }

  /** To be called before a worker is made: ends the process when workflow code does not come to an end. */
  watch(log: Log): void {
    const stuck = () => {
      log.error('workflow code does not come to an end: this worker ends, and the next one goes on');
      process.exit(1);
    };
    const thread = () => {
      const taken = this.#prepared ?? new WorkflowThread();
      this.#prepared = undefined;
      const looking = look(taken.began, stuck);
      taken.once('exit', () => clearInterval(looking));
      return taken;
    };
    workerThreads.Worker = new Proxy(Worker, {
      construct: (_, [script, options]: [string | URL, WorkerOptions?]) =>
        String(script) === SDK_SCRIPT ? thread() : new Worker(script, options),
    });
  }
}

class WorkflowThread extends Worker {
  /** When the call into workflow code began that runs, in ns of the process's clock; 0 between calls. */
  readonly began: BigInt64Array;

  constructor() {
    const buffer = new SharedArrayBuffer(8);
    super(SDK_SCRIPT, { workerData: { began: buffer }, execArgv: ['--import', IN_THREAD] });
    this.began = new BigInt64Array(buffer);
  }
}

function look(began: BigInt64Array, stuck: () => void): NodeJS.Timeout {
  let last = 0n;
  let same = 0;
  return setInterval(() => {
    const now = Atomics.load(began, 0);
    same = now !== 0n && now === last ? same + 1 : 0;
    last = now;
    if (same === STUCK_AFTER) stuck();
  }, LOOK_EVERY_MS).unref();
}
