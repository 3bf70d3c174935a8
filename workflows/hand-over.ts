import { proxySinks, type QueryDefinition, workflowInfo } from '@temporalio/workflow';
import type { HandOver } from '../contract/hand-over.ts';

const sinks = proxySinks<HandOver>();

/** Spares the activity that is scheduled next a query, if it starts in this process. */
export function handOver<Answer, Args extends unknown[]>(
  query: QueryDefinition<Answer, Args>,
  args: Args,
  answer: () => Answer,
): void {
  // What is replayed was scheduled long ago.
  if (!workflowInfo().unsafe.isReplaying) sinks.handOver.give(query.name, args, answer());
}
