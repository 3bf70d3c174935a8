import { workflowInfo } from '@temporalio/workflow';

/** A worker replays a run's history after every restart, about a millisecond an event: so runs are short, … */
const EVENTS = 500;
/** … but long enough that the state they start with is a small part of what they write. */
const TIMES_ITS_START = 4;
/** Never more than this: with what a run starts with, it stays below 2 MB. */
const MOST_EVENTS = 1_500;
const MOST_WRITTEN = 1024 * 1024;

/** Whether this run's history is long enough to go on in a new run. `startBytes` is its size when it began. */
export function shouldContinueAsNew(startBytes: number): boolean {
  const { continueAsNewSuggested, historyLength, historySize } = workflowInfo();
  return (
    continueAsNewSuggested ||
    historyLength > MOST_EVENTS ||
    historySize > startBytes + MOST_WRITTEN ||
    (historyLength > EVENTS && historySize > TIMES_ITS_START * startBytes)
  );
}
