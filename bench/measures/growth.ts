import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '../field.ts';
import type { Reading } from './reading.ts';
import { turn } from './turn.ts';

const EARLY = 10;
const LATE = 1_000;
/** Turns that are looked at together. */
const SPAN = 5;
/** Makes the transcript about 100 KB by then. */
const PADDING = 'x'.repeat(50);
/** What Temporal bills, by the attribute of its event. */
const ACTIONS = [
  'workflowExecutionSignaledEventAttributes',
  'activityTaskScheduledEventAttributes',
  'timerStartedEventAttributes',
  'markerRecordedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
] as const;

/** What a turn adds to its history, early and late in a conversation, and how many of its events are billed. */
export async function growth({ world, holdfast, temporal, turns }: Field): Promise<Reading[]> {
  const conversation = `growth-${randomUUID()}`;
  const handle = temporal.workflow.getHandle(`http/${conversation}`);
  let done = 0;
  const until = async (number: number) => {
    for (; done < number; done += 1) await turn(world, holdfast, conversation, `tool ${PADDING}`);
    // The end of the last turn is still to be stored.
    await sleep(500);
  };
  /** Of turns within one run; what carries the conversation into the next one is told apart. */
  const look = async (number: number): Promise<{ bytes: number; actions: number }> => {
    for (;;) {
      await until(number);
      const before = await handle.describe();
      await until(done + SPAN);
      const after = await handle.describe();
      if (before.runId !== after.runId) continue;
      const { events } = await handle.fetchHistory();
      const ours = (events ?? []).slice(before.historyLength);
      const billed = ours.filter((event) => ACTIONS.some((attribute) => event[attribute]));
      const bytes = (after.historySize ?? 0) - (before.historySize ?? 0);
      return { bytes: bytes / SPAN, actions: billed.length / SPAN };
    }
  };
  const early = await look(Math.min(EARLY, turns));
  const late = await look(Math.min(LATE, turns));
  const of = { system: holdfast.name } as const;
  return [
    { ...of, figure: `history of a turn, at turn ${EARLY}`, unit: 'bytes', value: early.bytes },
    { ...of, figure: `history of a turn, at turn ${LATE}`, unit: 'bytes', value: late.bytes },
    { ...of, figure: 'history of a turn, late to early', unit: 'times', value: late.bytes / early.bytes },
    { ...of, figure: 'billed events of a turn', unit: 'actions', value: early.actions },
    // One heartbeat with the reply, before it is sent where it could not be changed.
    {
      ...of,
      figure: 'billed events of a turn, with its heartbeat',
      unit: 'actions',
      value: early.actions + 1,
    },
  ];
}
