import type { Origin } from '../../contract/origin.ts';
import type { Schedule } from '../../contract/schedule.ts';

/** Schedules at most of one conversation. */
export const MOST_SCHEDULES = 50;
/** Longest text of one, in characters. */
export const MOST_TEXT = 2_000;

export interface NewSchedule extends Omit<Schedule, 'id'> {
  /** Names the wish: the same makes one schedule, however often it is asked for. */
  key: string;
  /** Whose wish it is; the running turn's if not given. */
  origin?: Origin;
}

/** A schedule that exists. */
export interface ListedSchedule extends Schedule {
  /** When it is due next, in ms since the epoch; undefined if it was due and is not told yet. */
  next?: number;
}

/** Keeps schedules, of all conversations. */
export interface ScheduleStore {
  /** Throws ToolError for what cannot be scheduled. */
  create(wanted: NewSchedule): Promise<Schedule>;
  /** Those of one conversation, or all; the next one that is due first. */
  list(conversation?: string): Promise<ListedSchedule[]>;
  /** Whether it was there. */
  remove(schedule: Pick<Schedule, 'conversation' | 'id'>): Promise<boolean>;
}
