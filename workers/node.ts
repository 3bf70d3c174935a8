import { WorkflowThreads } from './workflow-thread/workflow-threads.ts';

/** The worker process. It ends on SIGTERM or SIGINT, or when the process that started it is gone. */
const threads = new WorkflowThreads();
const { HOLDFAST_WORK: work = 'conversation' } = process.env;
if (work.includes('conversation')) threads.prepare();
const { runWorker } = await import('./run-worker.ts');
await runWorker(threads);
process.exit(0);
