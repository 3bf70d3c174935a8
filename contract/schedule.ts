import { defineQuery } from '@temporalio/workflow';
import type { Origin } from './origin.ts';

/** When a schedule is due: once, by a cron expression of five fields, or every so often from when it was made. */
export type Timing =
  | { kind: 'once' /** In ms since the epoch, a whole second. */; at: number }
  | { kind: 'cron'; cron: string }
  | { kind: 'every'; everyMs: number };

/** Something that is to come into a conversation by itself, as a message to the user or as a turn of the agent. */
export interface Schedule {
  /** What people name it by, in its conversation. */
  id: string;
  /** Workflow id of the conversation. */
  conversation: string;
  text: string;
  as: 'turn' | 'message';
  timing: Timing;
  /** IANA name: of its cron expression, and of the words in which its times are told. */
  timeZone: string;
}

/** On whose behalf the running turn acts; undefined if none runs. */
export const origin = defineQuery<Origin | undefined>('origin');

/** The workflow type of what a Temporal Schedule starts: it puts what is due into the conversation. */
export const DUE = 'due';

/** Argument of the workflow `due`. */
export interface DueStart {
  schedule: Schedule;
  origin: Origin;
}

/** What `due` leaves for the next of its schedule: everything up to then has been told, in ms since the epoch. */
export interface DueEnd {
  until: number;
}
