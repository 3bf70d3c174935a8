import { attachFile } from './attach-file.ts';
import { calculator } from './calculator.ts';
import { currentTime } from './current-time.ts';
import { fetchUrl } from './fetch-url/fetch-url.ts';
import { forget } from './memory/forget.ts';
import type { MemoryStore } from './memory/memory-store.ts';
import { recall } from './memory/recall.ts';
import { remember } from './memory/remember.ts';
import { offerChoices } from './offer-choices.ts';
import type { ScheduleStore } from './schedules/schedule-store.ts';
import { cancelSchedule, listSchedules, schedule } from './schedules/schedule-tools.ts';
import type { Tool } from './tool.ts';
import { wait } from './wait.ts';

/** Of the built-in tools, those that work on what is remembered. */
export const MEMORY_TOOLS = ['remember', 'recall', 'forget'] as const;

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
  ...MEMORY_TOOLS,
] as const;

export interface BuiltInOptions {
  /** Let `fetch_url` reach private addresses. */
  fetchPrivate: boolean;
  schedules: ScheduleStore;
  /** IANA name: where a call names no zone. */
  timeZone: string;
  memory: MemoryStore;
}

/** Makes the tools named in {@link BUILT_IN_TOOLS}. */
export function builtInTools({ fetchPrivate, schedules: store, timeZone, memory }: BuiltInOptions): Tool[] {
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
    remember: remember(memory),
    recall: recall(memory),
    forget: forget(memory),
  };
  return Object.values(tools);
}
