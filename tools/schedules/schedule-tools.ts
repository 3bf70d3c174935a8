import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import type { Tool } from '../tool.ts';
import { readTiming } from './read-timing.ts';
import { MOST_TEXT, type ScheduleStore } from './schedule-store.ts';
import { scheduleZone } from './schedule-zone.ts';
import { listInWords, timingInWords } from './words.ts';

export interface ScheduleToolOptions {
  store: ScheduleStore;
  /** IANA name: where a call names no zone. */
  timeZone: string;
}

/** Makes a schedule in this conversation. */
export function schedule({ store, timeZone: usual }: ScheduleToolOptions): Tool {
  return defineTool({
    name: 'schedule',
    description:
      'Schedule something in this conversation: once (in, at), by cron or every so often. Give exactly one of in, at, cron, every. ' +
      'As a message, its text is shown to the user as it is: a reminder. As a turn, its text is said to you at that time, and you do it.',
    input: z.object({
      text: z
        .string()
        .trim()
        .min(1)
        .max(MOST_TEXT)
        .describe('what is shown, or what you are to do then: complete in itself'),
      as: z.enum(['message', 'turn']),
      in: z.string().max(100).optional().describe('once, for instance "20 minutes"'),
      at: z.string().max(100).optional().describe('once, for instance "2026-11-26T09:00" or "tomorrow at 9"'),
      cron: z
        .string()
        .max(100)
        .optional()
        .describe('minute hour day month weekday, all of which must fit; for instance "0 9 * * 1-5"'),
      every: z
        .string()
        .max(100)
        .optional()
        .describe('for instance "2 hours", from now on; at least one minute'),
      timeZone: z
        .string()
        .max(100)
        .optional()
        .describe(`of at and cron, as an IANA zone or a city; left out: ${usual}`),
    }),
    effect: 'idempotent',
    async run({ text, as, timeZone, ...words }, { conversation, idempotencyKey: key }) {
      const zone = scheduleZone(timeZone ?? usual);
      const timing = readTiming(words, zone, Date.now());
      const made = await store.create({ conversation, key, text, as, timing, timeZone: zone });
      return `Scheduled as ${made.id}, a ${made.as}: ${timingInWords(made)}.`;
    },
  });
}

/** Lists the schedules of this conversation. */
export function listSchedules({ store }: Pick<ScheduleToolOptions, 'store'>): Tool {
  return defineTool({
    name: 'list_schedules',
    description: 'The schedules and reminders of this conversation, with their ids and next times.',
    input: z.object({}),
    effect: 'read',
    run: async (_, { conversation }) => listInWords(await store.list(conversation)),
  });
}

/** Removes a schedule of this conversation. */
export function cancelSchedule({ store }: Pick<ScheduleToolOptions, 'store'>): Tool {
  return defineTool({
    name: 'cancel_schedule',
    description: 'Cancel a schedule or reminder of this conversation.',
    input: z.object({ id: z.string().max(100).describe('as list_schedules tells it') }),
    effect: 'idempotent',
    async run({ id }, { conversation }) {
      const removed = await store.remove({ conversation, id });
      // No error: an attempt before this one may have removed it.
      return removed
        ? `Cancelled ${id}.`
        : `There is no schedule ${id} here: it is over, cancelled, or never was.`;
    },
  });
}
