import { DateTime } from 'luxon';
import { afterEach, describe, expect, it } from 'vitest';
import { readTiming, type TimingWords } from '../../../tools/schedules/read-timing.ts';
import { scheduleZone } from '../../../tools/schedules/schedule-zone.ts';
import { ToolError } from '../../../tools/tool.ts';

const BERLIN = 'Europe/Berlin';
/** A Wednesday in Berlin. */
const NOW = '2026-11-25T10:15:20+01:00';

/** When something said at this moment is due, on the clock of the zone. */
function due(words: TimingWords, zone = BERLIN, now = NOW): string {
  const timing = readTiming(words, zone, Date.parse(now));
  if (timing.kind !== 'once') throw new Error('it comes again');
  return DateTime.fromMillis(timing.at, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
}

describe('when something is due', () => {
  it.each<[TimingWords, string]>([
    [{ in: '20 minutes' }, '2026-11-25T10:35:20+01:00'],
    [{ in: 'in 20 minutes' }, '2026-11-25T10:35:20+01:00'],
    [{ in: 'half an hour' }, '2026-11-25T10:45:20+01:00'],
    [{ in: '1h 30m' }, '2026-11-25T11:45:20+01:00'],
    [{ in: '90 seconds' }, '2026-11-25T10:16:50+01:00'],
    [{ in: '2 days' }, '2026-11-27T10:15:20+01:00'],
    [{ at: 'in 20 minutes' }, '2026-11-25T10:35:20+01:00'],
    [{ at: '2026-11-26T09:00' }, '2026-11-26T09:00:00+01:00'],
    [{ at: '2026-11-26T09:00Z' }, '2026-11-26T10:00:00+01:00'],
    [{ at: '2027-07-05T14:00+01:00' }, '2027-07-05T15:00:00+02:00'],
    [{ at: '2026-12-05 14:00' }, '2026-12-05T14:00:00+01:00'],
    [{ at: 'tomorrow at 9' }, '2026-11-26T09:00:00+01:00'],
    [{ at: 'on friday at 8:30pm' }, '2026-11-27T20:30:00+01:00'],
    [{ at: 'at 5pm UTC+2' }, '2026-11-25T16:00:00+01:00'],
    // A clock time that is past today is meant for tomorrow.
    [{ at: 'at 9' }, '2026-11-26T09:00:00+01:00'],
    // A day without a time begins in the morning.
    [{ at: 'tomorrow' }, '2026-11-26T09:00:00+01:00'],
    [{ at: '2026-12-05' }, '2026-12-05T09:00:00+01:00'],
    [{ at: 'tonight' }, '2026-11-25T22:00:00+01:00'],
  ])('%o', (words, expected) => {
    expect(due(words)).toBe(expected);
  });

  it('is told by the clock of its zone, whatever the one of the server', () => {
    expect(due({ at: 'tomorrow at 9' }, 'Asia/Tokyo')).toBe('2026-11-26T09:00:00+09:00');
    // In Tokyo it is tomorrow already.
    expect(due({ at: 'tomorrow at 9' }, 'Asia/Tokyo', '2026-11-25T23:30:00+01:00')).toBe(
      '2026-11-27T09:00:00+09:00',
    );
    expect(due({ at: 'today at 23:00' }, 'America/New_York')).toBe('2026-11-25T23:00:00-05:00');
  });
});

describe('around a change of clocks', () => {
  const spring = '2027-03-27T12:00:00+01:00';
  const autumn = '2026-10-24T12:00:00+02:00';

  it.each<[string, TimingWords, string, string]>([
    ['nine stays nine in spring', { at: 'tomorrow at 9' }, spring, '2027-03-28T09:00:00+02:00'],
    ['nine stays nine in autumn', { at: 'tomorrow at 9' }, autumn, '2026-10-25T09:00:00+01:00'],
    ['so do days', { in: '2 days' }, autumn, '2026-10-26T12:00:00+01:00'],
    ['so do days with a time', { at: 'in 2 days at 8' }, autumn, '2026-10-26T08:00:00+01:00'],
    ['hours are as long as ever', { in: '24 hours' }, autumn, '2026-10-25T11:00:00+01:00'],
    [
      'a time that is skipped comes after it',
      { at: 'tomorrow at 2:30' },
      spring,
      '2027-03-28T03:30:00+02:00',
    ],
    ['the same in ISO', { at: '2027-03-28T02:30' }, spring, '2027-03-28T03:30:00+02:00'],
    ['the same in ISO, twice there', { at: '2026-10-25T02:30' }, autumn, '2026-10-25T02:30:00+02:00'],
    ['unless ISO says which', { at: '2026-10-25T02:30+01:00' }, autumn, '2026-10-25T02:30:00+01:00'],
    ['one that is there twice is the first', { at: 'tomorrow at 2:30' }, autumn, '2026-10-25T02:30:00+02:00'],
  ])('%s', (_, words, now, expected) => {
    expect(due(words, BERLIN, now)).toBe(expected);
  });

  describe('of the server itself', () => {
    const { TZ } = process.env;
    afterEach(() => {
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
    });

    it('minutes are as long as ever', () => {
      process.env['TZ'] = BERLIN;
      // Half past two does not exist on this server's clock.
      const now = '2027-03-28T01:45:00+01:00';
      expect(due({ in: '45 minutes' }, BERLIN, now)).toBe('2027-03-28T03:30:00+02:00');
      expect(due({ in: '45 minutes' }, 'UTC', now)).toBe('2027-03-28T01:30:00Z');
    });
  });
});

describe('what comes again', () => {
  it.each<[TimingWords, object]>([
    [{ cron: ' 0  9 * * 1-5 ' }, { kind: 'cron', cron: '0 9 * * 1-5' }],
    [{ cron: '*/5 9-17 * JAN MON,TUE' }, { kind: 'cron', cron: '*/5 9-17 * JAN MON,TUE' }],
    [{ every: '2 hours' }, { kind: 'every', everyMs: 7_200_000 }],
    [{ every: 'every 5 min' }, { kind: 'every', everyMs: 300_000 }],
    [{ every: 'day' }, { kind: 'every', everyMs: 86_400_000 }],
    [{ every: '1 minute' }, { kind: 'every', everyMs: 60_000 }],
  ])('%o', (words, expected) => {
    expect(readTiming(words, BERLIN, Date.parse(NOW))).toEqual(expected);
  });
});

describe('what cannot be', () => {
  it.each<[TimingWords, RegExp]>([
    [{}, /exactly one of in, at, cron and every/],
    [{ in: '1 minute', at: 'tomorrow' }, /exactly one/],
    [{ in: 'soon' }, /in: "soon" is not a length of time.*"20 minutes"/],
    [{ in: '5 minutes ago' }, /is in the past: now it is Wednesday 25 November 2026, 10:15/],
    [{ in: '500 years' }, /not more than 10 years/],
    [{ at: 'today at 9' }, /Wednesday 25 November 2026, 09:00 \(Europe\/Berlin\) is in the past/],
    [{ at: '2020-01-01T09:00' }, /in the past/],
    [{ at: '2026-13-45T99:00' }, /cannot be read as one time/],
    [{ at: 'whenever' }, /at: "whenever" cannot be read.*"tomorrow at 9"/],
    // Half understood would be another time.
    [{ at: 'on the 3rd at 10' }, /cannot be read/],
    [{ at: 'at 9 or at 10' }, /cannot be read/],
    [{ at: '9am EST tomorrow' }, /cannot be read/],
    [{ cron: '@every 10s' }, /five fields/],
    [{ cron: '* * * * * *' }, /five fields/],
    [{ cron: '0 9 * * $(x)' }, /five fields/],
    [{ every: '30 seconds' }, /not more often than once a minute/],
    [{ every: 'month' }, /give cron/],
    [{ every: '400 days' }, /at least once a year/],
    [{ every: '-2 hours' }, /not a length of time/],
    [{ every: 'never' }, /not a length of time/],
  ])('%o', (words, message) => {
    const read = () => readTiming(words, BERLIN, Date.parse(NOW));
    expect(read).toThrow(ToolError);
    expect(read).toThrow(message);
  });
});

describe('the zone of a schedule', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['tokyo', 'Asia/Tokyo'],
    ['UTC', 'UTC'],
    // Temporal knows offsets by these names, whose sign is the opposite.
    ['UTC+2', 'Etc/GMT-2'],
    ['-11:00', 'Etc/GMT+11'],
  ])('%s is %s', (name, zone) => {
    expect(scheduleZone(name)).toBe(zone);
  });

  it.each(['Atlantis', 'UTC+5:30'])('%s is none', (name) => {
    expect(() => scheduleZone(name)).toThrow(`no time zone is called "${name}"; give an IANA name`);
  });
});
