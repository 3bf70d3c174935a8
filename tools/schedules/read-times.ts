import type { ParsedComponents } from 'chrono-node';
import { casual } from 'chrono-node/en';
import { DateTime } from 'luxon';

/** A time that words speak of, and where they do. */
export interface ReadTime {
  /** In ms since the epoch, a whole second. */
  at: number;
  /** Its clock time. */
  hour: number;
  minute: number;
  /** The words, and where in the text they begin. */
  text: string;
  index: number;
}

/** The hour when something is due on a day that is named without a time. */
export const MORNING = 9;
const PART_OF_DAY = /morning|noon|evening|night/i;
const SO_MUCH_LATER = 'result/relativeDateAndTime';
const SO_MANY_DAYS_LATER = 'result/relativeDate';
/** A moment with no change of clocks near it, wherever the server stands. */
const QUIET = new Date(2001, 0, 15, 12);

/** English, without names of zones in letters: they are ambiguous, and "at 9 eat" is no time in East Africa. */
const english = casual.clone();
english.refiners = english.refiners.filter(
  (refiner) => refiner.constructor.name !== 'ExtractTimezoneAbbrRefiner',
);

/** The times that a text in English speaks of, as they are meant in this time zone at the moment `from`. */
export function readTimes(words: string, timeZone: string, from: number): ReadTime[] {
  const now = DateTime.fromMillis(from, { zone: timeZone });
  const reference = { instant: now.toJSDate(), timezone: now.offset };
  return english.parse(words, reference, { forwardDate: true }).map(({ text, index, start }) => {
    const at = start.tags().has(SO_MUCH_LATER) ? now.plus(spanOf(text)) : instantOf(start, text, now);
    return { text, index, at: Math.ceil(at.toMillis() / 1000) * 1000, hour: at.hour, minute: at.minute };
  });
}

/** The parser adds hours on the clock of the server, where some of them may not exist. */
function spanOf(text: string): number {
  const then = english.parseDate(text, QUIET) ?? QUIET;
  return then.getTime() - QUIET.getTime();
}

function instantOf(start: ParsedComponents, text: string, now: DateTime): DateTime {
  if (start.isCertain('timezoneOffset')) return DateTime.fromJSDate(start.date(), { zone: now.zone });
  const isBareDay =
    !start.isCertain('hour') && !start.tags().has(SO_MANY_DAYS_LATER) && !PART_OF_DAY.test(text);
  const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second') => start.get(name) ?? 0;
  const clock = isBareDay
    ? { hour: MORNING }
    : { hour: part('hour'), minute: part('minute'), second: part('second') };
  // The offset may be another by then.
  return firstOf(
    DateTime.fromObject(
      { year: part('year'), month: part('month'), day: part('day'), ...clock },
      { zone: now.zone },
    ),
  );
}

/** Of a time that is there twice because the clock is put back, the first. */
export function firstOf(local: DateTime): DateTime {
  return local.getPossibleOffsets()[0] ?? local;
}
