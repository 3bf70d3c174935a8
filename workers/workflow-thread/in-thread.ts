import { promiseHooks } from 'node:v8';
import { Script } from 'node:vm';
import { workerData } from 'node:worker_threads';

/**
 * Runs first in the thread of workflows (see workflow-threads.ts) and takes two costs out of it, each a third of what a workflow task
 * costs there:
 *
 * - For each call into workflow code the SDK has Node start a thread, which would end code that does not end: 0.17 ms, some thirty
 *   times a turn. Here the call notes when it began, and the main thread looks.
 * - The SDK notes where each promise was made, for stack traces of what a workflow waits for. It does without where Node cannot tell.
 */
const began = new BigInt64Array((workerData as { began: SharedArrayBuffer }).began);
const { runInContext } = Script.prototype;

Script.prototype.runInContext = function watched(context, options) {
  const { timeout: _, ...untimed } = typeof options === 'object' ? options : {};
  Atomics.store(began, 0, process.hrtime.bigint());
  try {
    return runInContext.call(this, context, untimed);
  } finally {
    Atomics.store(began, 0, 0n);
  }
};

promiseHooks.createHook = () => () => {};
