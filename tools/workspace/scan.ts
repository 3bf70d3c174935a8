import { Worker } from 'node:worker_threads';
import { ToolError } from '../tool.ts';
import type { ScanJob, ScanReport } from './scan-thread.ts';

const MAX_MS = 10_000;
const MAX_MEMORY_MB = 256;

/**
 * Goes through the files below a folder in a thread of its own, which is ended when its time is over: an expression that
 * never comes to an end must not hold up everything else. Returns the lines found, with a note on what was left out.
 */
export async function scan(job: ScanJob, signal: AbortSignal, maxMs = MAX_MS): Promise<string> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./scan-thread.ts', import.meta.url), {
    workerData: job,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
  });
  const lines: string[] = [];
  const end = Promise.withResolvers<string | undefined>();
  const late = `Stopped after ${maxMs / 1000} s, so this is not all. Look in a smaller folder or for something simpler.`;
  const timer = setTimeout(() => end.resolve(late), maxMs);
  const onAbort = () => end.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  thread.on('message', (report: ScanReport) => {
    if ('end' in report) end.resolve(report.end);
    else lines.push(report.line);
  });
  thread.on('error', ({ message }) =>
    end.reject(new ToolError(`the files could not be looked through: ${message}`)),
  );
  try {
    const note = await end.promise;
    return [lines.join('\n') || 'Nothing was found.', ...(note ? [`[${note}]`] : [])].join('\n\n');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  }
}
