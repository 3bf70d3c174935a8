import { DateTime } from 'luxon';
import type { ResetConfig } from '../config/config.ts';
import type { Reset } from '../contract/settings.ts';

const MINUTE = 60_000;

/** The reset policy as a message carries it: a conversation knows nothing of clocks on walls. */
export function resetNow(config: ResetConfig, now = Date.now()): { reset?: Reset } {
  if (config === 'none') return {};
  if ('idleMinutes' in config) return { reset: { idleMs: config.idleMinutes * MINUTE } };
  const { dailyAt, timeZone = 'UTC' } = config;
  const here = DateTime.fromMillis(now, { zone: timeZone });
  // By what the clock shows, so that a day of 23 or 25 hours begins on time as well.
  const begun = here.toFormat('HH:mm') >= dailyAt ? here : here.minus({ days: 1 });
  return { reset: { day: begun.toFormat('yyyy-MM-dd'), at: `${dailyAt} ${timeZone}` } };
}
