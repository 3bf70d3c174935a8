import { fileURLToPath } from 'node:url';

/** Path of the SDK's script in a thread of workflows. What is built for Lambda has its own. */
export const SDK_SCRIPT = fileURLToPath(
  new URL('workflow/workflow-worker-thread.js', import.meta.resolve('@temporalio/worker')),
);
