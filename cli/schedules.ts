import type { Client } from '@temporalio/client';
import { createScheduleStore } from '../activities/schedule-store.ts';
import type { ListedSchedule } from '../tools/schedules/schedule-store.ts';
import { inWords, timingInWords } from '../tools/schedules/words.ts';
import { askTemporal } from './temporal/ask-temporal.ts';
import { UserError } from './user-error.ts';

/** The schedules of all conversations, for people or as JSON. Throws UserError. */
export async function listSchedules(env: NodeJS.ProcessEnv, json: boolean): Promise<string> {
  const schedules = await askTemporal(env, (client) => createScheduleStore(client).list());
  if (json)
    return JSON.stringify(
      schedules.map(({ next, ...schedule }) => ({
        ...schedule,
        id: nameOf(schedule),
        ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
      })),
    );
  return schedules.length === 0 ? 'There are no schedules.' : schedules.map(inLines).join('\n\n');
}

/** Removes the schedule of this name, as the list tells it. Throws UserError. */
export async function removeSchedule(env: NodeJS.ProcessEnv, name: string): Promise<string> {
  const slash = name.lastIndexOf('/');
  const schedule = { conversation: name.slice(0, slash), id: name.slice(slash + 1) };
  const remove = (client: Client) => createScheduleStore(client).remove(schedule);
  if (slash > 0 && (await askTemporal(env, remove))) return `Removed ${name}.`;
  throw new UserError(`There is no schedule ${name}. \`holdfast schedules\` lists them.`);
}

function nameOf({ conversation, id }: Pick<ListedSchedule, 'conversation' | 'id'>): string {
  return `${conversation}/${id}`;
}

function inLines(schedule: ListedSchedule): string {
  const { next, timeZone, timing, as, text } = schedule;
  const when = timing.kind === 'once' || next === undefined ? '' : `, next ${inWords(next, timeZone)}`;
  return `${nameOf(schedule)}\n  ${timingInWords(schedule)}${when}\n  a ${as}: ${text.replaceAll('\n', '\n  ')}`;
}
