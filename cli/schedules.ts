import { createScheduleStore } from '../activities/schedule-store.ts';
import { createTemporalClient } from '../config/temporal.ts';
import type { ListedSchedule } from '../tools/schedules/schedule-store.ts';
import { inWords, timingInWords } from '../tools/schedules/words.ts';
import { UserError } from './user-error.ts';

/** How long Temporal may take to answer. */
const PATIENCE_MS = 10_000;

/** The schedules of all conversations, for people or as JSON. Throws UserError. */
export async function listSchedules(json: boolean): Promise<string> {
  const schedules = await withStore((store) => store.list());
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
export async function removeSchedule(name: string): Promise<string> {
  const slash = name.lastIndexOf('/');
  const schedule = { conversation: name.slice(0, slash), id: name.slice(slash + 1) };
  if (slash > 0 && (await withStore((store) => store.remove(schedule)))) return `Removed ${name}.`;
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

async function withStore<T>(act: (store: ReturnType<typeof createScheduleStore>) => Promise<T>): Promise<T> {
  const client = createTemporalClient();
  try {
    return await client.withDeadline(Date.now() + PATIENCE_MS, () => act(createScheduleStore(client)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Temporal cannot be asked (${reason}). Set TEMPORAL_ADDRESS to where it is.`);
  } finally {
    await client.connection.close();
  }
}
