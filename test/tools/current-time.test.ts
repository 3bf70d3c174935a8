import { describe, expect, it } from 'vitest';
import { currentTime, describeTime } from '../../tools/current-time.ts';
import { toolContext } from './context.ts';

const now = new Date('2026-11-05T05:03:05Z');

describe('current_time', () => {
  it.each([
    ['Asia/Tokyo', 'Thursday, 5 November 2026 at 14:03:05 in Asia/Tokyo (2026-11-05T14:03:05+09:00)'],
    ['tokyo', 'in Asia/Tokyo'],
    ['new york', 'at 00:03:05 in America/New_York (2026-11-05T00:03:05-05:00)'],
    ['San Francisco', 'Wednesday, 4 November 2026 at 21:03:05 in America/Los_Angeles'],
    ['Washington D.C.', 'in America/New_York'],
    ['Mumbai', '(2026-11-05T10:33:05+05:30)'],
    ['UTC', '(2026-11-05T05:03:05+00:00)'],
    ['UTC+2', '(2026-11-05T07:03:05+02:00)'],
    ['-03:30', '(2026-11-05T01:33:05-03:30)'],
  ])('in %s', (zone, words) => {
    expect(describeTime(now, zone)).toContain(words);
  });

  it('says when there is no such place', () => {
    expect(() => describeTime(now, 'Atlantis')).toThrow('no time zone is called "Atlantis"');
  });

  it('tells the time now, in its own zone when none is asked for', async () => {
    const told = (await currentTime({ timeZone: 'Asia/Tokyo' }).run({}, toolContext())) as string;
    expect(told).toContain('in Asia/Tokyo');
    const iso = /\((.+)\)$/.exec(told)?.[1] ?? '';
    expect(Math.abs(Date.parse(iso) - Date.now())).toBeLessThan(60_000);
  });
});
