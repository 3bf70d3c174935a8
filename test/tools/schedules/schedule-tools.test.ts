import { beforeEach, describe, expect, it } from 'vitest';
import { cancelSchedule, listSchedules, schedule } from '../../../tools/schedules/schedule-tools.ts';
import { ToolError } from '../../../tools/tool.ts';
import { toolContext } from '../context.ts';
import { scheduleBook } from '../schedule-book.ts';

const MINUTE = 60_000;

describe('the tools of schedules', () => {
  let book: ReturnType<typeof scheduleBook>;
  let make: ReturnType<typeof schedule>;
  beforeEach(() => {
    book = scheduleBook();
    make = schedule({ store: book, timeZone: 'Europe/Berlin' });
  });
  const list = () => listSchedules({ store: book });
  const cancel = () => cancelSchedule({ store: book });
  const context = (idempotencyKey: string, conversation = 'telegram/1') =>
    toolContext({ idempotencyKey, conversation });

  it('makes what the call says, in its conversation and under its key', async () => {
    const told = await make.run({ text: 'stretch', as: 'message', in: '2 minutes' }, context('k1'));
    expect(told).toMatch(
      /^Scheduled as 00000001, a message: on \w+day \d+ \w+ \d+, \d\d:\d\d \(Europe\/Berlin\)\.$/,
    );
    expect(book.wanted).toMatchObject([
      { conversation: 'telegram/1', key: 'k1', text: 'stretch', as: 'message', timeZone: 'Europe/Berlin' },
    ]);
    const { timing } = book.wanted[0] ?? {};
    const due = timing?.kind === 'once' ? timing.at - Date.now() : 0;
    expect(due).toBeGreaterThan(MINUTE);
    expect(due).toBeLessThan(2 * MINUTE + 1000);
  });

  it('takes the zone that the call names, by a city if need be', async () => {
    const input = { text: 'news', as: 'turn', cron: '0 9 * * 1-5', timeZone: 'tokyo' };
    expect(await make.run(input, context('k1'))).toBe(
      'Scheduled as 00000001, a turn: every weekday at 09:00 (Asia/Tokyo).',
    );
  });

  it('lists and cancels those of its conversation, and no others', async () => {
    await make.run({ text: 'mine', as: 'message', every: '2 hours' }, context('k1'));
    await make.run({ text: 'theirs', as: 'message', every: '1 day' }, context('k2', 'telegram/2'));
    expect(await list().run({}, context('k3'))).toBe(
      'Schedules here:\n\n- `00000001` every 2 hours, due now, a message: mine',
    );
    expect(await cancel().run({ id: '00000002' }, context('k4'))).toMatch(/no schedule 00000002 here/);
    expect(await cancel().run({ id: '00000001' }, context('k5'))).toBe('Cancelled 00000001.');
    expect(await cancel().run({ id: '00000001' }, context('k5'))).toMatch(/no schedule 00000001 here/);
    expect(await list().run({}, context('k6'))).toBe('There are no schedules here.');
    expect(await list().run({}, context('k7', 'telegram/2'))).toContain('theirs');
  });

  it.each([
    [{ in: '1 minute', timeZone: 'Atlantis' }, /no time zone is called "Atlantis"/],
    [{ at: '2020-01-01T00:00' }, /in the past/],
    [{ every: '10 seconds' }, /once a minute/],
    [{}, /exactly one/],
  ])('refuses %o, and makes nothing', async (words, message) => {
    const run = async () => make.run({ text: 'x', as: 'message', ...words }, context('k1'));
    await expect(run()).rejects.toThrow(ToolError);
    await expect(run()).rejects.toThrow(message);
    expect(book.wanted).toEqual([]);
  });

  it('takes no text that is too long, or empty', () => {
    const check = (text: string) => make.input.safeParse({ text, as: 'message', in: '1 minute' }).success;
    expect(check('x'.repeat(2000))).toBe(true);
    expect(check('x'.repeat(2001))).toBe(false);
    expect(check('  ')).toBe(false);
  });
});
