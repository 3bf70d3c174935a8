import type { Client } from '@temporalio/client';
import type { Healing } from '../contract/healing.ts';
import type { ToolRun } from '../contract/tool-call.ts';
import {
  attributesOf,
  continued,
  type HistoryEvent,
  isType,
  type Run,
  readHistory,
  valuesIn,
} from './history.ts';
import { healingOf } from './lost-part.ts';
import type { Trial } from './trial.ts';

/** Where a run can be gone back to. */
export interface GoodPoint {
  /** The task that is done anew, as Temporal's reset names it. */
  eventId: number;
  /** What the conversation is to be told then. */
  healing: Healing;
  /** Events that are given up. */
  lost: number;
}

/**
 * The latest point up to which this version's code does what the history tells, where nothing is on its way that must not be done
 * twice. Undefined if there is none from which it could go on.
 */
export async function lastGoodPoint(client: Client, trial: Trial, run: Run): Promise<GoodPoint | undefined> {
  const events = await readHistory(client, run);
  const index = await lastGoodTask(client, trial, run.workflowId, events);
  const task = index === undefined ? undefined : events[index];
  if (index === undefined || !task) return undefined;
  const [kept, lost] = [events.slice(0, index), events.slice(index)];
  const healing = await healingOf(client, kept, lost);
  const again = [...kept, ...signalsAmong(lost)].map(renumbered);
  const verdict = await trial(run.workflowId, await continued(client, again, healing));
  return verdict.outcome === 'passes' ? { eventId: task.eventId, healing, lost: lost.length } : undefined;
}

/** Index of the start of the last task that can be done anew. A history that this code replays, it also replays up to any earlier task. */
async function lastGoodTask(
  client: Client,
  trial: Trial,
  workflowId: string,
  events: HistoryEvent[],
): Promise<number | undefined> {
  const tasks = [...events.keys()].filter((index) => isType(events[index], 'WORKFLOW_TASK_STARTED'));
  let [good, bad] = [-1, tasks.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const verdict = await trial(workflowId, await continued(client, events.slice(0, tasks[middle])));
    if (verdict.outcome === 'passes') good = middle;
    else bad = middle;
  }
  for (; good >= 0; good -= 1) {
    const index = tasks[good];
    if (index !== undefined && !(await isDangerous(client, events.slice(0, index)))) return index;
  }
  return undefined;
}

/** Whether something is on its way that a reset would begin a second time, and that must not be done twice: a tool, a reply. */
async function isDangerous(client: Client, kept: HistoryEvent[]): Promise<boolean> {
  const ended = new Set(
    kept
      .filter((event) => /ACTIVITY_TASK_(?:COMPLETED|FAILED|TIMED_OUT|CANCELED)$/.test(event.eventType))
      .map((event) => attributesOf(event).scheduledEventId),
  );
  for (const event of kept) {
    if (!isType(event, 'ACTIVITY_TASK_SCHEDULED') || ended.has(event.eventId)) continue;
    const { activityType, input } = attributesOf(event);
    if (activityType?.name === 'deliver' || activityType?.name === 'deliverFile') return true;
    const [run] = (await valuesIn(client, input)) as [Partial<ToolRun> | undefined];
    if (run?.callId !== undefined) return true;
  }
  return false;
}

function signalsAmong(events: HistoryEvent[]): HistoryEvent[] {
  return events.filter((event) => isType(event, 'WORKFLOW_EXECUTION_SIGNALED'));
}

function renumbered(event: HistoryEvent, index: number): HistoryEvent {
  return { ...event, eventId: index + 1 };
}
