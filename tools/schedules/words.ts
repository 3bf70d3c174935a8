import { DateTime } from 'luxon';
import type { Schedule } from '../../contract/schedule.ts';
import type { ListedSchedule } from './schedule-store.ts';

/** A time as people read it: `Thursday 26 November 2026, 09:00 (Europe/Berlin)`. */
export function inWords(at: number, timeZone: string): string {
  const local = DateTime.fromMillis(at, { zone: timeZone, locale: 'en-GB' });
  return `${local.toFormat('cccc d LLLL yyyy, HH:mm')} (${timeZone})`;
}

/** When a schedule is due: `on Thursday …`, `every 2 hours`, `every weekday at 08:30 (Europe/Berlin)`. */
export function timingInWords({ timing, timeZone }: Pick<Schedule, 'timing' | 'timeZone'>): string {
  switch (timing.kind) {
    case 'once':
      return `on ${inWords(timing.at, timeZone)}`;
    case 'cron':
      return `${cronInWords(timing.cron)} (${timeZone})`;
    case 'every':
      return `every ${spanInWords(timing.everyMs)}`;
  }
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const TIME_OF_DAY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-6](?:,[0-6])*)$/;

/** In words if it is a time of day, as it stands otherwise. */
function cronInWords(cron: string): string {
  const [, minute, hour, days] = TIME_OF_DAY.exec(cron) ?? [];
  if (minute === undefined || hour === undefined || days === undefined) return `\`${cron}\``;
  const named = { '*': 'day', '1-5': 'weekday' }[days];
  const day =
    named ??
    days
      .split(',')
      .map((number) => DAYS[Number(number)])
      .join(', ');
  return `every ${day} at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

const UNITS = { week: 604_800_000, day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 };

function spanInWords(ms: number): string {
  const parts: string[] = [];
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(ms / size);
    ms -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ').replace(/^1 (\w+)$/, '$1');
}

const SHORT = 200;

/** Schedules as their conversation reads them, in markdown. */
export function listInWords(schedules: ListedSchedule[]): string {
  if (schedules.length === 0) return 'There are no schedules here.';
  const lines = schedules.map((schedule) => {
    const { id, as, text, timing, timeZone, next } = schedule;
    const due = next === undefined ? 'due now' : `next ${inWords(next, timeZone)}`;
    const when = timing.kind === 'once' ? timingInWords(schedule) : `${timingInWords(schedule)}, ${due}`;
    const line = text.replaceAll(/\s+/g, ' ');
    return `- \`${id}\` ${when}, a ${as}: ${line.length > SHORT ? `${line.slice(0, SHORT)}…` : line}`;
  });
  return `Schedules here:\n\n${lines.join('\n')}`;
}
