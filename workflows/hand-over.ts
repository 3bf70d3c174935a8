import { proxySinks, type QueryDefinition, workflowInfo } from '@temporalio/workflow';
import type { HandOver } from '../contract/hand-over.ts';
import type { Queues } from '../contract/queues.ts';

const sinks = proxySinks<HandOver>();

/** Tells an activity of this run that is at work in this process. */
export function tellOfNews(): void {
  if (!workflowInfo().unsafe.isReplaying) sinks.handOver.news();
}

/** Spares the activity that is scheduled next a query, if it starts in this process. */
export function handOver<Answer, Args extends unknown[]>(
  query: QueryDefinition<Answer, Args>,
  args: Args,
  { queues, answer }: { queues: Queues | undefined; answer: () => Answer },
): void {
  // What is replayed was scheduled long ago; and with queues of their own, activities are most likely somewhere else.
  if (queues !== 'split' && !workflowInfo().unsafe.isReplaying)
    sinks.handOver.give(query.name, args, answer());
}
