import type { Timing } from '../../contract/schedule.ts';
import { ToolError } from '../tool.ts';
import { MORNING, type ReadTime, readTimes } from './read-times.ts';
import { checkedTime, readTiming } from './read-timing.ts';

/** What `/remind` is told: when, and what. */
export interface Reminder {
  timing: Timing;
  text: string;
}

const USAGE =
  'Write when and what: `/remind in 20 minutes take the bread out`, `/remind tomorrow at 9 call Ada`, ' +
  '`/remind every weekday at 8:30 stand-up` or `/remind every 2 hours drink water`.';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY = '(?:sun|mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur)(?:day)?s?';
const DAYS = String.raw`${DAY}(?:(?:\s*,\s*|\s+and\s+)${DAY})*`;
const SPAN = String.raw`\d+(?:\.\d+)?\s*(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?)|minute|hour|week`;
const RECURRING = new RegExp(
  String.raw`\b(?:(?:every|each)\s+(?:(?<span>${SPAN})|(?<part>morning|noon|afternoon|evening|night)|(?<days>day|weekday|${DAYS}))|daily)\b`,
  'i',
);
/** Nothing but words that lead to a time. */
const LEADS = /^\s*(?:at|on|by|in the)?\s*$/i;
const LEADING_AT_END = /(?:^|\s)(?:at|on|by|in the)\s*$/i;

/** Reads a reminder, as it is meant in this time zone at the moment `from`. Throws ToolError with the fix. */
export function readReminder(words: string, timeZone: string, from: number): Reminder {
  const text = words.trim().replace(/^me\b\s*/i, '');
  const { timing, before, after } = readRecurring(text, timeZone, from) ?? readOnce(text, timeZone, from);
  const what = [before.replace(LEADING_AT_END, ''), after.replace(/^\s*[.,:;!–-]+/, '')]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ')
    .replace(/^(?:to|that|about)\s+/i, '');
  if (what === '') throw new ToolError(`That does not say what. ${USAGE}`);
  return { timing, text: what };
}

/** When, and the text around the words that say so. */
interface Found {
  timing: Timing;
  before: string;
  after: string;
}

function readOnce(text: string, timeZone: string, from: number): Found {
  const times = readTimes(text, timeZone, from);
  const first = times.find(({ index }) => LEADS.test(text.slice(0, index)));
  const last = times.find((time) => endOf(time) === text.length);
  const time = first ?? last ?? times[0];
  if (!time || /^(?:every|each)\b/i.test(text)) throw new ToolError(USAGE);
  return {
    timing: { kind: 'once', at: checkedTime(time.at, timeZone, from) },
    before: text.slice(0, time.index),
    after: text.slice(endOf(time)),
  };
}

/** Undefined where it does not come again: the words stand at the beginning or at the end, as in `every day at 9`. */
function readRecurring(text: string, timeZone: string, from: number): Found | undefined {
  const match = RECURRING.exec(text);
  if (!match) return undefined;
  const { span, part, days = 'day' } = match.groups ?? {};
  let before = text.slice(0, match.index);
  let after = text.slice(match.index + match[0].length);
  let cron = '';
  if (span === undefined) {
    const follows = readTimes(after, timeZone, from).find(({ index }) => LEADS.test(after.slice(0, index)));
    const leads = readTimes(before, timeZone, from).find((time) => before.slice(endOf(time)).trim() === '');
    const [named] = readTimes(part ?? '', timeZone, from);
    const { hour = MORNING, minute = 0 } = follows ?? leads ?? named ?? {};
    cron = `${minute} ${hour} * * ${daysOfWeek(days)}`;
    if (follows) after = after.slice(endOf(follows));
    else if (leads) before = before.slice(0, leads.index);
  }
  if (!LEADS.test(before) && !/^[\s.,:;!–-]*$/.test(after)) return undefined;
  return {
    timing: readTiming(span === undefined ? { cron } : { every: span }, timeZone, from),
    before,
    after,
  };
}

function endOf({ index, text }: ReadTime): number {
  return index + text.length;
}

function daysOfWeek(days: string): string {
  const lower = days.toLowerCase();
  if (lower === 'day') return '*';
  if (lower === 'weekday') return '1-5';
  return lower
    .split(/\s*,\s*|\s+and\s+/)
    .map((day) => WEEKDAYS.indexOf(day.slice(0, 3)))
    .join(',');
}
