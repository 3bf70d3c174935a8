import type { Sinks } from '@temporalio/workflow';

/**
 * What a workflow tells the process that runs it of an activity that it schedules there: the answer to the query that the activity
 * would begin with. An activity elsewhere, and every later attempt, asks.
 */
export interface HandOver extends Sinks {
  handOver: {
    give(query: string, args: unknown[], answer: unknown): void;
    /** A message has arrived that the model is to see at its next step. */
    news(): void;
  };
}
