import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleSummary,
} from '@temporalio/client';
import type { Origin } from '../contract/origin.ts';
import { DUE, type DueStart, origin, type Schedule } from '../contract/schedule.ts';
import { DEFAULT_SETTINGS } from '../contract/settings.ts';
import {
  type ListedSchedule,
  MOST_SCHEDULES,
  MOST_TEXT,
  type ScheduleStore,
} from '../tools/schedules/schedule-store.ts';
import { ToolError } from '../tools/tool.ts';
import { patiently } from './patiently.ts';
import { scheduleIdOf, temporalSchedule } from './temporal-schedule.ts';

/** How long it may take until Temporal's list shows a change. */
const LISTED_MS = 2_000;
/** A time that is this near when Temporal takes a schedule in may be past before Temporal looks at its times. */
const NEAR_MS = 1_000;
const ID = /^[0-9a-f]{8}$/;
/** Letters that need no escape in a query. */
const PLAIN = /^[\w/:@.+=!#$-]*/;

/** Keeps each schedule as a Temporal Schedule. */
export function createScheduleStore(client: Client): ScheduleStore {
  return {
    async create({ key, origin: given, ...wanted }) {
      if (wanted.text.length > MOST_TEXT) throw new ToolError(`the text has ${MOST_TEXT} characters at most`);
      const schedule: Schedule = { ...wanted, id: idOf(wanted.conversation, key) };
      const existing = await list(client, wanted.conversation);
      if (existing.length >= MOST_SCHEDULES && !existing.some(({ id }) => id === schedule.id))
        throw new ToolError(`there are ${MOST_SCHEDULES} schedules here already; remove one first`);
      await create(client, { schedule, origin: given ?? (await originOf(client, wanted.conversation)) });
      const made = await checked(client, schedule);
      await untilListed(client, made, true);
      return made;
    },

    list: (conversation) => list(client, conversation),

    async remove(schedule) {
      // Anything else could name a schedule of another conversation, which begins with the name of this one.
      if (!ID.test(schedule.id)) return false;
      try {
        await handleOf(client, schedule).delete();
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      }
      await untilListed(client, schedule, false);
      return true;
    },
  };
}

function handleOf(client: Client, schedule: Pick<Schedule, 'conversation' | 'id'>) {
  return client.schedule.getHandle(scheduleIdOf(schedule));
}

function idOf(conversation: string, key: string): string {
  return createHash('sha256').update(`${conversation}\n${key}`).digest('hex').slice(0, 8);
}

async function originOf(client: Client, conversation: string): Promise<Origin> {
  const handle = client.workflow.getHandle(conversation);
  const asked = await patiently(client, () => handle.query(origin), Context.current().cancellationSignal);
  return asked ?? { settings: DEFAULT_SETTINGS };
}

async function create(client: Client, start: DueStart): Promise<void> {
  try {
    await client.schedule.create(temporalSchedule(start, Date.now()));
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return;
    // What Temporal cannot read of its times.
    if (error instanceof TypeError) throw new ToolError(error.message);
    throw error;
  }
}

/** The schedule as it exists, perhaps since an earlier attempt, once it is sure to be due. Throws ToolError if it never will be. */
async function checked(client: Client, wanted: Schedule): Promise<Schedule> {
  const handle = handleOf(client, wanted);
  const found = await describe(client, wanted);
  // It was due, told and removed since it was made.
  if (!found) return wanted;
  const { schedule } = startOf(found);
  const { timing } = schedule;
  if (timing.kind === 'once') {
    // Due twice is told once (activities/due.ts).
    if (timing.at < found.info.createdAt.getTime() + NEAR_MS) await handle.trigger().catch(ignoreGone);
  } else if (found.info.nextActionTimes.length === 0) {
    await handle.delete().catch(ignoreGone);
    throw new ToolError('this is never due: there is no such date');
  }
  return schedule;
}

async function describe(client: Client, schedule: Schedule): Promise<ScheduleDescription | undefined> {
  try {
    return await handleOf(client, schedule).describe();
  } catch (error) {
    ignoreGone(error);
    return undefined;
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}

function startOf({ action }: ScheduleDescription): DueStart {
  return (action.args as [DueStart])[0];
}

async function list(client: Client, conversation?: string): Promise<ListedSchedule[]> {
  const prefix = conversation === undefined ? undefined : PLAIN.exec(`${conversation}/`)?.[0];
  const query = prefix === undefined ? {} : { query: `ScheduleId STARTS_WITH '${prefix}'` };
  const found: ListedSchedule[] = [];
  for await (const summary of client.schedule.list(query)) {
    const listed = listedAs(summary);
    if (listed && (conversation === undefined || listed.conversation === conversation)) found.push(listed);
  }
  return found.sort((one, other) => (one.next ?? 0) - (other.next ?? 0));
}

/** Undefined for a Temporal Schedule that is not one of ours. */
function listedAs({ memo, info, action }: ScheduleSummary): ListedSchedule | undefined {
  const schedule = memo?.['schedule'] as Schedule | undefined;
  if (action?.workflowType !== DUE || !schedule) return undefined;
  const next = info.nextActionTimes.map((time) => time.getTime()).find((time) => time > Date.now());
  return { ...schedule, ...(next === undefined ? {} : { next }) };
}

/** Waits until the list shows a change, so that who asks next sees it; not for ever, because nothing else depends on it. */
async function untilListed(
  client: Client,
  schedule: Pick<Schedule, 'conversation' | 'id'>,
  wanted: boolean,
): Promise<void> {
  for (const end = Date.now() + LISTED_MS; Date.now() < end; await sleep(50)) {
    const listed = await list(client, schedule.conversation);
    if (listed.some(({ id }) => id === schedule.id) === wanted) return;
  }
}
