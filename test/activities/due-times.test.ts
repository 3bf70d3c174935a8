import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dueTimes, firstOfTwo } from '../../activities/due-times.ts';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import type { Schedule, Timing } from '../../contract/schedule.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { startTemporal } from '../support/temporal-server.ts';

const MINUTE = 60_000;
const time = (iso: string) => Date.parse(iso);

/** Which times are due, as a real Temporal server reckons them. */
describe('the times that nobody was told of', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  beforeAll(async () => {
    server = await startTemporal();
  });
  afterAll(() => server?.stop());

  const make = (timing: Timing, timeZone = 'Europe/Berlin'): Promise<Schedule> =>
    createScheduleStore(server.client).create({
      conversation: 'web/times',
      key: crypto.randomUUID(),
      text: 'x',
      as: 'message',
      timing,
      timeZone,
      origin: { settings: DEFAULT_SETTINGS },
    });
  const isoTimes = async (schedule: Schedule, nominal: string, now: string, toldUntil?: number) =>
    (await dueTimes(server.client, { schedule, nominal: time(nominal), toldUntil }, time(now))).map((at) =>
      new Date(at).toISOString().slice(0, 16),
    );

  it('begin with the one it was started for, and go on to now', async () => {
    const daily = await make({ kind: 'cron', cron: '0 9 * * *' }, 'UTC');
    expect(await isoTimes(daily, '2026-03-01T09:00:00Z', '2026-03-01T09:00:01Z')).toEqual([
      '2026-03-01T09:00',
    ]);
    expect(await isoTimes(daily, '2026-03-01T09:00:00Z', '2026-03-03T09:00:00Z')).toEqual([
      '2026-03-01T09:00',
      '2026-03-02T09:00',
      '2026-03-03T09:00',
    ]);
  });

  it('leave out what was told, all of it if need be', async () => {
    const daily = await make({ kind: 'cron', cron: '0 9 * * *' }, 'UTC');
    const [from, now] = ['2026-03-02T09:00:00Z', '2026-03-04T10:00:00Z'];
    expect(await isoTimes(daily, from, now, time('2026-03-03T09:00:00Z'))).toEqual(['2026-03-04T09:00']);
    expect(await isoTimes(daily, from, now, time('2026-03-04T09:30:00Z'))).toEqual([]);
  });

  it('are counted to the end, however many', async () => {
    const every = await make({ kind: 'every', everyMs: MINUTE });
    const now = Date.now();
    const nominal = now - 2_500 * MINUTE;
    const times = await dueTimes(server.client, { schedule: every, nominal }, now);
    expect(times.length).toBeGreaterThanOrEqual(2_500);
    expect(times.length).toBeLessThanOrEqual(2_502);
  });

  it('are the time it was started at by hand, where that is none of its own', async () => {
    const daily = await make({ kind: 'cron', cron: '0 9 * * *' }, 'UTC');
    expect(await isoTimes(daily, '2026-03-01T17:23:00Z', '2026-03-01T17:23:01Z')).toEqual([
      '2026-03-01T17:23',
    ]);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', ['2026-10-24T00:30', '2026-10-25T01:30', '2026-10-26T01:30']],
    ['America/New_York', '30 1 * * *', ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30']],
  ])('have a time of day once on the day that has it twice: %s', async (zone, cron, expected) => {
    const daily = await make({ kind: 'cron', cron }, zone);
    const [first, , last] = expected as [string, string, string];
    expect(await isoTimes(daily, `${first}:00Z`, `${last}:00Z`)).toEqual(expected);
  });

  it('have it once too when each is told in its time', async () => {
    const daily = await make({ kind: 'cron', cron: '30 1 * * *' }, 'America/New_York');
    const [first, second] = ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'];
    expect(await isoTimes(daily, first, first, time('2026-10-31T05:30:01Z'))).toEqual(['2026-11-01T05:30']);
    expect(await isoTimes(daily, second, second, time('2026-11-01T05:30:01Z'))).toEqual([]);
    // Where nobody was told of the first.
    expect(await isoTimes(daily, second, second, time('2026-10-31T05:30:01Z'))).toEqual(['2026-11-01T06:30']);
  });

  it('have every hour, also the one that the clock has twice', async () => {
    const hourly = await make({ kind: 'cron', cron: '30 * * * *' }, 'America/New_York');
    expect(await isoTimes(hourly, '2026-11-01T04:30:00Z', '2026-11-01T07:30:00Z')).toEqual([
      '2026-11-01T04:30',
      '2026-11-01T05:30',
      '2026-11-01T06:30',
      '2026-11-01T07:30',
    ]);
  });

  it('are none of a schedule that was removed', async () => {
    const daily = await make({ kind: 'cron', cron: '0 9 * * *' }, 'UTC');
    await createScheduleStore(server.client).remove(daily);
    expect(await isoTimes(daily, '2026-03-01T09:00:00Z', '2026-03-03T09:00:00Z')).toEqual([]);
  });
});

describe('the first of two times when clocks are put back', () => {
  it.each([
    ['2026-10-25T00:30:00Z', undefined],
    ['2026-10-25T01:30:00Z', '2026-10-25T00:30:00Z'],
    ['2026-10-25T02:30:00Z', undefined],
    ['2026-11-25T01:30:00Z', undefined],
  ])('%s: %s', (at, first) => {
    expect(firstOfTwo(time(at), 'Europe/Berlin')).toBe(first && time(first));
    expect(firstOfTwo(time(at), 'UTC')).toBeUndefined();
  });
});
