import { parseConversationId } from '../contract/conversation-id.ts';
import type { Due, InboundMessage } from '../contract/message.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { DueStart, Schedule } from '../contract/schedule.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { CONVERSATION, receive } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import { inWords } from '../tools/schedules/words.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { whileAlive } from './alive.ts';
import { dueTimes } from './due-times.ts';

/** The activities of the workflow `due`: what is due, put into its conversation once. */
export function createDue({
  client,
  schedules,
}: Pick<ActivityDependencies, 'client' | 'schedules'>): Pick<
  Activities,
  'findDue' | 'putDue' | 'endSchedule'
> {
  return {
    findDue: (request) =>
      whileAlive(async () => {
        // The clock of Temporal may be ahead of this one.
        const until = Math.max(Date.now(), request.nominal);
        const due = dueAt(request.schedule, await dueTimes(client, request, until));
        return { until, ...(due ? { due } : {}) };
      }),

    putDue: ({ start: { schedule, origin }, due }) =>
      whileAlive(async () => {
        const { conversation } = schedule;
        const start: ConversationStart = parseConversationId(conversation);
        // Others speak first: it is to be a turn of its own, and to end none.
        const settings: ConversationSettings = { ...origin.settings, whileBusy: 'queue' };
        await client.workflow.signalWithStart(CONVERSATION, {
          workflowId: conversation,
          taskQueue: TASK_QUEUE,
          args: [start],
          signal: receive,
          signalArgs: [messageOf({ schedule, origin }, due), settings],
          workflowTaskTimeout: '5s',
        });
      }),

    endSchedule: (schedule) => whileAlive(async () => void (await schedules.remove(schedule))),
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
