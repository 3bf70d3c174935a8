import { workflowInfo } from '@temporalio/workflow';

/** A worker replays a run's history after every restart, most of a millisecond an event: so runs are short, … */
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

/** Temporal ends a run at 51,200 events or 50 MB, with all that is in it: what one step may add must still fit. */
const FULL_EVENTS = 30_000;
const FULL_BYTES = 30 * 1024 * 1024;

/** Whether a turn must come to its end, because the run that it is in cannot hold more steps. */
export function isFull(): boolean {
  const { historyLength, historySize } = workflowInfo();
  return historyLength > FULL_EVENTS || historySize > FULL_BYTES;
}
