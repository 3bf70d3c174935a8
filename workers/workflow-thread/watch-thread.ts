import workerThreads, { type WorkerOptions } from 'node:worker_threads';

const IN_THREAD = new URL('./in-thread.ts', import.meta.url).href;
/** The SDK's script in that thread. */
const SCRIPT = /workflow-worker-thread\.js$/;
const LOOK_EVERY_MS = 1_000;
/** Looks that find the same call into workflow code still running: it never ends. One that was suspended is not looked at meanwhile. */
const STUCK_AFTER = 5;

/**
 * To be called before a worker is made: has its thread of workflows run in-thread.ts first, and calls `stuck` when code there does not
 * come to an end.
 */
export function watchWorkflowThread(stuck: () => void): void {
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(script: string | URL, options: WorkerOptions = {}) {
      if (!SCRIPT.test(String(script))) {
        super(script, options);
        return;
      }
      const began = new SharedArrayBuffer(8);
      super(script, {
        ...options,
        workerData: { began },
        execArgv: ['--import', IN_THREAD],
      });
      const looking = look(new BigInt64Array(began), stuck);
      this.once('exit', () => clearInterval(looking));
    }
  };
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
