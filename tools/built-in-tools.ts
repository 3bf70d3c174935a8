import { attachFile } from './attach-file.ts';
import { calculator } from './calculator.ts';
import { currentTime } from './current-time.ts';
import { fetchUrl } from './fetch-url/fetch-url.ts';
import { offerChoices } from './offer-choices.ts';
import type { ScheduleStore } from './schedules/schedule-store.ts';
import { cancelSchedule, listSchedules, schedule } from './schedules/schedule-tools.ts';
import type { Tool } from './tool.ts';
import { wait } from './wait.ts';

/** Names of the tools that every agent has unless its config says otherwise. */
export const BUILT_IN_TOOLS = [
  'current_time',
  'calculator',
  'fetch_url',
  'wait',
  'offer_choices',
  'attach_file',
  'schedule',
  'list_schedules',
  'cancel_schedule',
] as const;

export interface BuiltInOptions {
  /** Let `fetch_url` reach private addresses. */
  fetchPrivate: boolean;
  schedules: ScheduleStore;
  /** IANA name: where a call names no zone. */
  timeZone: string;
}

/** Makes the tools named in {@link BUILT_IN_TOOLS}. */
export function builtInTools({ fetchPrivate, schedules: store, timeZone }: BuiltInOptions): Tool[] {
  const tools: Record<(typeof BUILT_IN_TOOLS)[number], Tool> = {
    current_time: currentTime({ timeZone }),
    calculator,
    fetch_url: fetchUrl({ fetchPrivate }),
    wait,
    offer_choices: offerChoices,
    attach_file: attachFile,
    schedule: schedule({ store, timeZone }),
    list_schedules: listSchedules({ store }),
    cancel_schedule: cancelSchedule({ store }),
  };
  return Object.values(tools);
}
