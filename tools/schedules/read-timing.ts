import { DateTime } from 'luxon';
import type { Timing } from '../../contract/schedule.ts';
import { ToolError } from '../tool.ts';
import { firstOf, readTimes } from './read-times.ts';
import { inWords } from './words.ts';

/** Ways to say when; exactly one is to be given. */
export interface TimingWords {
  in?: string | undefined;
  at?: string | undefined;
  cron?: string | undefined;
  every?: string | undefined;
}

const MINUTE = 60_000;
const YEAR = 366 * 24 * 60 * MINUTE;
const MOST_YEARS = 10;
const ISO = /^\d{4}-\d\d-\d\dT/;
const OFFSET = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i;
const CRON_FIELD = /^[\w*/,?-]+$/;
/** What may stand around a time without being part of it. */
const FILLERS = /\b(?:at|on|by|in|the)\b|[\s,.]/gi;

/** When a schedule is to be due, as the words say in this time zone at the moment `from`. Throws ToolError with the fix. */
export function readTiming(words: TimingWords, timeZone: string, from: number): Timing {
  const { in: after, at, cron, every } = words;
  if ([after, at, cron, every].filter((given) => given !== undefined).length !== 1)
    throw new ToolError('give exactly one of in, at, cron and every');
  if (cron !== undefined) return { kind: 'cron', cron: checkedCron(cron) };
  if (every !== undefined) return { kind: 'every', everyMs: readSpan(every) };
  const time = at === undefined ? readDelay(after ?? '', timeZone, from) : readTime(at, timeZone, from);
  return { kind: 'once', at: checkedTime(time, timeZone, from) };
}

function checkedCron(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  if (fields.length === 5 && fields.every((field) => CRON_FIELD.test(field))) return fields.join(' ');
  throw new ToolError(
    `cron: "${cron}" must have five fields, minute hour day month weekday, for instance "0 9 * * 1-5"`,
  );
}

/** Milliseconds of `2 hours`, `day`, `90 minutes`. */
function readSpan(words: string): number {
  const counted = words
    .trim()
    .replace(/^every\s+/i, '')
    .replace(/^(?=(?:minute|hour|day|week)\b)/i, '1 ');
  const span = /month|year/i.test(counted) ? undefined : wholly(`in ${counted}`, 'UTC', 0)?.at;
  if (span === undefined || span <= 0)
    throw new ToolError(
      `every: "${words}" is not a length of time such as "2 hours"; for months, days of the week or clock times give cron`,
    );
  if (span < MINUTE) throw new ToolError('every: not more often than once a minute');
  if (span > YEAR) throw new ToolError('every: at least once a year; give at for a time far away');
  return span;
}

function readDelay(words: string, timeZone: string, from: number): number {
  const read = wholly(`in ${words.trim().replace(/^in\s+/i, '')}`, timeZone, from);
  if (read) return read.at;
  throw new ToolError(`in: "${words}" is not a length of time; write for instance "20 minutes"`);
}

function readTime(words: string, timeZone: string, from: number): number {
  const at = ISO.test(words) ? readIso(words, timeZone) : wholly(words, timeZone, from)?.at;
  if (at !== undefined) return at;
  throw new ToolError(
    `at: "${words}" cannot be read as one time; write for instance "2026-11-26T09:00" or "tomorrow at 9"`,
  );
}

function readIso(words: string, timeZone: string): number | undefined {
  const local = DateTime.fromISO(words, { zone: timeZone });
  if (!local.isValid) return undefined;
  const at = OFFSET.test(words) ? local : firstOf(local);
  return Math.ceil(at.toMillis() / 1000) * 1000;
}

/** The time that the whole text speaks of. */
function wholly(words: string, timeZone: string, from: number) {
  const [read, ...others] = readTimes(words, timeZone, from);
  if (!read || others.length > 0) return undefined;
  const rest = words.slice(0, read.index) + words.slice(read.index + read.text.length);
  return rest.replace(FILLERS, '') === '' ? read : undefined;
}

/** Throws ToolError for a time that is past, or too far away. */
export function checkedTime(at: number, timeZone: string, from: number): number {
  if (at <= from)
    throw new ToolError(`${inWords(at, timeZone)} is in the past: now it is ${inWords(from, timeZone)}`);
  if (at > from + MOST_YEARS * YEAR) throw new ToolError(`not more than ${MOST_YEARS} years ahead`);
  return at;
}
