import type { Client } from '@temporalio/client';
import { type Healing, heal } from '../contract/healing.ts';
import type { InboundMessage } from '../contract/message.ts';
import { CONVERSATION, receive } from '../contract/signals.ts';
import type { ConversationStart, ConversationState } from '../contract/state.ts';
import { reported, type TaskReport } from '../contract/task.ts';
import { attributesOf, continued, type HistoryEvent, isType, readHistory, valuesIn } from './history.ts';
import type { Failing } from './scan.ts';
import type { Trial, Verdict } from './trial.ts';

/** Messages that are suspected, each by a trial of its own. */
const MOST_SUSPECTS = 20;

/** What makes a workflow fail, by trial: nothing (any more), messages that it cannot go on with, or something else. */
export type Diagnosis = { as: Verdict; giveUp?: string[] };

/** Finds the message that a failing conversation cannot go on with: the first without which it passes; or several of them. */
export async function diagnose(client: Client, trial: Trial, failing: Failing): Promise<Diagnosis> {
  const { workflowId, type } = failing;
  const events = await readHistory(client, failing);
  const as = await trial(workflowId, await continued(client, events));
  if (as.outcome === 'passes' || as.outcome === 'differs' || type !== CONVERSATION) return { as };
  const passesWithout = async (ids: string[]) =>
    (await trial(workflowId, await continued(client, events, givingUp(ids)))).outcome === 'passes';
  const { news, older } = await suspects(client, events);
  for (const id of [...news, ...older].slice(0, MOST_SUSPECTS))
    if (await passesWithout([id])) return { as, giveUp: [id] };
  if (news.length < 2 || !(await passesWithout(news))) return { as };
  let guilty = news;
  for (const id of news) {
    const others = guilty.filter((other) => other !== id);
    if (await passesWithout(others)) guilty = others;
  }
  return { as, giveUp: guilty };
}

/** Has the conversation give these messages up. Nothing else is needed: it reads this together with them, at its next task. */
export async function giveUp(client: Client, { workflowId, runId }: Failing, ids: string[]): Promise<void> {
  await client.workflow.getHandle(workflowId, runId).signal(heal, givingUp(ids));
}

function givingUp(answers: string[]): Healing {
  return { healed: [{ answers }], again: [], tasks: [] };
}

/** Event ids of messages, the likeliest first: those since the last good task in their order, and those before it, newest first. */
async function suspects(
  client: Client,
  events: HistoryEvent[],
): Promise<{ news: string[]; older: string[] }> {
  const good = events.findLastIndex((event) => isType(event, 'WORKFLOW_TASK_COMPLETED'));
  const news: string[] = [];
  const older: string[] = [];
  for (const [index, event] of events.entries())
    for (const id of await messagesIn(client, event)) (index > good ? news : older).push(id);
  return { news, older: older.toReversed() };
}

async function messagesIn(client: Client, event: HistoryEvent): Promise<string[]> {
  const { signalName, input } = attributesOf(event);
  const isStart = isType(event, 'WORKFLOW_EXECUTION_STARTED');
  if (!isStart && signalName !== receive.name && signalName !== reported.name) return [];
  const [value] = await valuesIn(client, input);
  if (isStart) {
    const { inbox = [] } = ((value as ConversationStart).state ?? {}) as Partial<ConversationState>;
    return inbox.map(({ message }) => message.id);
  }
  if (signalName === reported.name) return [`task/${(value as TaskReport).id}`];
  // What somebody sends by hand may be anything.
  const { id } = (value ?? {}) as Partial<InboundMessage>;
  return typeof id === 'string' ? [id] : [];
}
