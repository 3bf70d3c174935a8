import type { Due, InboundMessage } from '../contract/message.ts';
import type { DueStart, Schedule } from '../contract/schedule.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { inWords } from '../tools/schedules/words.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { dueTimes } from './due-times.ts';
import { putMessage } from './put-message.ts';

/** The activities of the workflow `due`: what is due, put into its conversation once. */
export function createDue({
  client,
  queues,
  schedules,
}: Pick<ActivityDependencies, 'client' | 'queues' | 'schedules'>): Pick<
  Activities,
  'findDue' | 'putDue' | 'endSchedule'
> {
  return {
    async findDue(request) {
      // The clock of Temporal may be ahead of this one.
      const until = Math.max(Date.now(), request.nominal);
      const due = dueAt(request.schedule, await dueTimes(client, request, until));
      return { until, ...(due ? { due } : {}) };
    },

    async putDue({ start: { schedule, origin }, due }) {
      // Others speak first: it is to be a turn of its own, and to end none.
      const settings: ConversationSettings = { ...origin.settings, whileBusy: 'queue' };
      await putMessage(
        { client, queues },
        schedule.conversation,
        messageOf({ schedule, origin }, due),
        settings,
      );
    },

    async endSchedule(schedule) {
      await schedules.remove(schedule);
    },
  };
}

function dueAt({ id, timeZone }: Schedule, times: number[]): Due | undefined {
  const [since] = times;
  const last = times.at(-1);
  if (since === undefined || last === undefined) return undefined;
  const several = { times: times.length, since, sinceWhen: inWords(since, timeZone) };
  return { id, dueAt: last, when: inWords(last, timeZone), ...(times.length > 1 ? { several } : {}) };
}

/** Its event id is the same however often it is put: one that was seen changes nothing. */
function messageOf({ schedule, origin }: DueStart, due: Due): InboundMessage {
  const { id, text, as, timing } = schedule;
  const { settings: _, ...who } = origin;
  const time = timing.kind === 'once' ? '' : `/${new Date(due.dueAt).toISOString()}`;
  return {
    id: `schedule/${id}${time}`,
    text,
    ...who,
    internal: as === 'turn' ? { kind: 'schedule', ...due } : { kind: 'notice', due },
  };
}
