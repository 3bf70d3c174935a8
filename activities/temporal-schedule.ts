import { MONTHS, type ScheduleOptions, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { TASK_QUEUE } from '../contract/queues.ts';
import { DUE, type DueStart, type Schedule } from '../contract/schedule.ts';
import { timingInWords } from '../tools/schedules/words.ts';

/** Longest summary that Temporal's UI shows. */
const SUMMARY = 180;

/** The id of a schedule at Temporal: readable, and found by its conversation. */
export function scheduleIdOf({ conversation, id }: Pick<Schedule, 'conversation' | 'id'>): string {
  return `${conversation}/${id}`;
}

/** The Temporal Schedule of one of ours that is made at `now`. */
export function temporalSchedule(start: DueStart, now: number): ScheduleOptions {
  const { schedule } = start;
  const { conversation, text, as, timing } = schedule;
  return {
    scheduleId: scheduleIdOf(schedule),
    spec: specOf(schedule, now),
    action: {
      type: 'startWorkflow',
      workflowType: DUE,
      workflowId: `${DUE}/${scheduleIdOf(schedule)}`,
      taskQueue: TASK_QUEUE,
      args: [start],
      // Bounds what a worker's death in the middle of one costs.
      workflowTaskTimeout: '5s',
      staticSummary: text.slice(0, SUMMARY),
    },
    policies: {
      // One that waits for the one before finds everything that was passed over meanwhile (activities/due.ts).
      overlap: ScheduleOverlapPolicy.BUFFER_ONE,
      catchupWindow: '365 days',
    },
    memo: { schedule },
    state: {
      note: `a ${as} for ${conversation}: ${timingInWords(schedule)}`,
      ...(timing.kind === 'once' ? { remainingActions: 1 } : {}),
    },
  };
}

function specOf({ timing, timeZone }: Schedule, now: number): ScheduleSpec {
  switch (timing.kind) {
    case 'once':
      return { calendars: [exactly(new Date(timing.at))] };
    case 'cron':
      return { cronExpressions: [timing.cron], timezone: timeZone };
    case 'every':
      // Temporal counts from the beginning of 1970, in whole seconds; rounded up, it would be due at once.
      return { intervals: [{ every: timing.everyMs, offset: (now - (now % 1000)) % timing.everyMs }] };
  }
}

/** One second, in UTC. */
function exactly(at: Date) {
  return {
    year: at.getUTCFullYear(),
    month: MONTHS[at.getUTCMonth()] ?? 'JANUARY',
    dayOfMonth: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}
