import { dueOf, withDue } from '../../contract/message.ts';
import type { QueuedMessage } from '../../contract/state.ts';

/** Two messages of the same schedule, of which the first still waits, as one; undefined if they are something else. */
export function asOneDue(waiting: QueuedMessage, next: QueuedMessage): QueuedMessage | undefined {
  const [first, last] = [dueOf(waiting.message.internal), dueOf(next.message.internal)];
  if (!first || !last || !waiting.message.internal || first.id !== last.id) return undefined;
  const { since = first.dueAt, sinceWhen = first.when } = first.several ?? {};
  const times = (first.several?.times ?? 1) + (last.several?.times ?? 1);
  const due = { id: first.id, dueAt: last.dueAt, when: last.when, several: { times, since, sinceWhen } };
  return { ...waiting, message: { ...waiting.message, internal: withDue(waiting.message.internal, due) } };
}
