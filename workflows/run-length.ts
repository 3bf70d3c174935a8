import { workflowInfo } from '@temporalio/workflow';

/** Our own marks, well below Temporal's suggestion: a worker replays a run's history after every restart. */
const EVENTS = 2_000;
const BYTES = 2 * 1024 * 1024;

/** Whether this run's history is long enough to go on in a new run. */
export function shouldContinueAsNew(): boolean {
  const { continueAsNewSuggested, historyLength, historySize } = workflowInfo();
  return continueAsNewSuggested || historyLength > EVENTS || historySize > BYTES;
}
