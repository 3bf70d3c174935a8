import { readReminder } from '../tools/schedules/read-reminder.ts';
import { MOST_TEXT } from '../tools/schedules/schedule-store.ts';
import { listInWords, timingInWords } from '../tools/schedules/words.ts';
import { ToolError } from '../tools/tool.ts';
import type { Activities, ActivityDependencies } from './activities.ts';

/** Room for the words that say when. */
const LONGEST = MOST_TEXT + 200;

/** The activities of the commands `/remind` and `/schedules`; each returns what to say. */
export function createSchedules({
  schedules,
  timeZone,
}: Pick<ActivityDependencies, 'schedules' | 'timeZone'>): Pick<
  Activities,
  'remind' | 'listSchedules' | 'removeSchedule'
> {
  return {
    async remind({ words, from, ...request }) {
      try {
        if (words.length > LONGEST) throw new ToolError(`Not more than ${MOST_TEXT} characters.`);
        const { timing, text } = readReminder(words, timeZone, from);
        const made = await schedules.create({ ...request, as: 'message', timing, text, timeZone });
        return `I will remind you ${timingInWords(made)}: ${made.text}\n\nTo take it back: \`/schedules remove ${made.id}\``;
      } catch (error) {
        if (error instanceof ToolError) return error.message;
        throw error;
      }
    },

    listSchedules: async (conversation) => listInWords(await schedules.list(conversation)),

    removeSchedule: async (schedule) =>
      (await schedules.remove(schedule))
        ? `Removed: \`${schedule.id}\`.`
        : `There is no schedule \`${schedule.id.slice(0, 20)}\` here; \`/schedules\` lists them.`,
  };
}
