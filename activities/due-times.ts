import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { msNumberToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { DateTime } from 'luxon';
import type { Schedule } from '../contract/schedule.ts';
import { scheduleIdOf } from './temporal-schedule.ts';

/** Hours of a cron expression that are times of day, and not "every hour". */
const HOURS_OF_DAY = /^\d+(?:[-,]\d+)*$/;

export interface DueRequest {
  schedule: Schedule;
  /** The time for which Temporal started this, in ms since the epoch. */
  nominal: number;
  /** Everything up to then has been told. */
  toldUntil?: number | undefined;
}

/**
 * The times up to `now` at which a schedule was due and that nobody was told of, oldest first: where several were missed,
 * Temporal starts what is due for the first, keeps the second waiting, and passes over the rest. None if it was removed.
 */
export async function dueTimes(client: Client, request: DueRequest, now: number): Promise<number[]> {
  const { schedule, nominal, toldUntil = 0 } = request;
  const { timing, timeZone } = schedule;
  if (!(await exists(client, schedule))) return [];
  if (timing.kind === 'once') return [timing.at];
  const times = await matching(client, schedule, Math.max(nominal - 1000, toldUntil), now);
  // Started by hand, in Temporal's UI.
  if (nominal > toldUntil && !times.includes(nominal)) times.unshift(nominal);
  if (timing.kind !== 'cron' || !HOURS_OF_DAY.test(timing.cron.split(' ')[1] ?? '')) return times;
  const isTold = (time: number) => time <= toldUntil || times.includes(time);
  return times.filter((time) => {
    const first = firstOfTwo(time, timeZone);
    return first === undefined || !isTold(first);
  });
}

/** Temporal goes on telling the times of a schedule that was removed. */
async function exists(client: Client, schedule: Schedule): Promise<boolean> {
  try {
    await client.schedule.getHandle(scheduleIdOf(schedule)).describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** Times of the schedule after the one and up to the other, which Temporal tells page by page. */
async function matching(client: Client, schedule: Schedule, after: number, upTo: number): Promise<number[]> {
  const all: number[] = [];
  for (;;) {
    const { startTime } = await client.workflowService.listScheduleMatchingTimes({
      namespace: client.options.namespace,
      scheduleId: scheduleIdOf(schedule),
      startTime: msNumberToTs(all.at(-1) ?? after),
      endTime: msNumberToTs(upTo),
    });
    if (startTime.length === 0) return all;
    for (const time of startTime) all.push(tsToMs(time));
  }
}

/**
 * If the clock shows this time for the second time, because it was put back: when it did for the first. For some zones Temporal
 * takes both, for some the second only; what is due by the clock is due once.
 */
export function firstOfTwo(at: number, timeZone: string): number | undefined {
  const first = DateTime.fromMillis(at, { zone: timeZone }).getPossibleOffsets()[0]?.toMillis();
  return first !== undefined && first < at ? first : undefined;
}
