import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessOptions, Stack } from './stack.ts';

/** Keeps one worker of a stack running, as a supervisor does: whenever it has ended, another is started. */
export function superviseWorkers(stack: Stack, process: ProcessOptions) {
  const stop = new AbortController();
  const supervised = { starts: 0, stop: () => Promise.resolve() };
  const keepRunning = async () => {
    while (!stop.signal.aborted) {
      const [worker] = stack.workers;
      if (!worker || worker.ended) {
        stack.workers.splice(0);
        supervised.starts += 1;
        // One that ends before it is ready is started again like any other.
        await stack.startWorker(process).catch(() => {});
      }
      await sleep(100);
    }
  };
  const running = keepRunning();
  supervised.stop = () => {
    stop.abort();
    return running;
  };
  return supervised;
}
