import { describe, expect, it } from 'vitest';
import { resetNow } from '../../gateway/reset.ts';

describe('the reset policy that goes with a message', () => {
  it('is none without one', () => {
    expect(resetNow('none')).toEqual({});
  });

  it('has the idle time in ms', () => {
    expect(resetNow({ idleMinutes: 90 })).toEqual({ reset: { idleMs: 5_400_000 } });
  });

  it.each([
    // A day begins at the operator's hour, not at midnight.
    ['2026-11-25T02:59:59Z', '04:00', 'Europe/Berlin', '2026-11-24'],
    ['2026-11-25T03:00:00Z', '04:00', 'Europe/Berlin', '2026-11-25'],
    ['2026-11-25T03:00:00Z', '04:00', undefined, '2026-11-24'],
    ['2026-11-25T00:00:00Z', '00:00', undefined, '2026-11-25'],
    ['2026-11-25T19:30:00Z', '04:00', 'Asia/Tokyo', '2026-11-26'],
    ['2026-01-01T01:00:00Z', '04:00', undefined, '2025-12-31'],
    // The clocks go forward from 02:00 to 03:00, and back from 03:00 to 02:00.
    ['2026-03-29T00:59:00Z', '02:30', 'Europe/Berlin', '2026-03-28'],
    ['2026-03-29T01:00:00Z', '02:30', 'Europe/Berlin', '2026-03-29'],
    ['2026-10-25T00:30:00Z', '02:30', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T03:00:00Z', '02:30', 'Europe/Berlin', '2026-10-25'],
  ])('at %s, of days that begin at %s in %s, has the day %s', (now, dailyAt, timeZone, day) => {
    const config = timeZone === undefined ? { dailyAt } : { dailyAt, timeZone };
    expect(resetNow(config, Date.parse(now))).toEqual({
      reset: { day, at: `${dailyAt} ${timeZone ?? 'UTC'}` },
    });
  });
});
