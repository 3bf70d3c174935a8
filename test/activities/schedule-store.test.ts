import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import type { Origin } from '../../contract/origin.ts';
import type { Timing } from '../../contract/schedule.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import type { ScheduleStore } from '../../tools/schedules/schedule-store.ts';
import { ToolError } from '../../tools/tool.ts';
import { startTemporal } from '../support/temporal-server.ts';

const HOUR = 3_600_000;
const origin: Origin = {
  settings: DEFAULT_SETTINGS,
  sender: { id: '7' },
  returnAddress: { url: 'https://a.example' },
};

describe('schedules at a real Temporal server', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  let store: ScheduleStore;
  beforeAll(async () => {
    server = await startTemporal();
    store = createScheduleStore(server.client);
  });
  afterAll(() => server?.stop());

  let count = 0;
  const somewhere = () => `telegram/${(count += 1)}`;
  const make = (
    conversation: string,
    timing: Timing,
    {
      key = crypto.randomUUID(),
      text = 'stretch',
      timeZone = 'Europe/Berlin',
    }: { key?: string; text?: string; timeZone?: string } = {},
  ) => store.create({ conversation, key, text, as: 'message', timing, timeZone, origin });
  const inAnHour = (): Timing => ({ kind: 'once', at: Math.ceil(Date.now() / 1000) * 1000 + HOUR });
  const at = (conversation: string, id: string) => server.client.schedule.getHandle(`${conversation}/${id}`);

  it('are found at once after they were made, and gone at once after they were removed', async () => {
    const conversation = somewhere();
    const timing = inAnHour();
    const made = await make(conversation, timing);
    expect(await store.list(conversation)).toEqual([
      {
        id: made.id,
        conversation,
        text: 'stretch',
        as: 'message',
        timing,
        timeZone: 'Europe/Berlin',
        next: timing.kind === 'once' && timing.at,
      },
    ]);
    expect(await store.remove(made)).toBe(true);
    expect(await store.list(conversation)).toEqual([]);
    expect(await store.remove(made)).toBe(false);
  });

  it('are one for one wish, however often it is asked for', async () => {
    const conversation = somewhere();
    const first = await make(conversation, inAnHour(), { key: 'turn 1, call 1' });
    await sleep(1_100);
    // A repeated call reckons "in an hour" from a later moment.
    expect(await make(conversation, inAnHour(), { key: 'turn 1, call 1' })).toEqual(first);
    await make(conversation, inAnHour(), { key: 'turn 1, call 2' });
    expect(await store.list(conversation)).toHaveLength(2);
  });

  it('belong to their conversation, whatever it is called', async () => {
    const names = ['telegram/-100', 'telegram/-100/42', `web/it's "a\\b" 100% ü_`, 'web/it'];
    for (const conversation of names) await make(conversation, inAnHour(), { text: conversation });
    for (const conversation of names)
      expect((await store.list(conversation)).map(({ text }) => text)).toEqual([conversation]);
    const all = (await store.list()).map(({ conversation }) => conversation);
    expect(all).toEqual(expect.arrayContaining(names));
    // The group cannot reach into its topics.
    const [topic] = await store.list('telegram/-100/42');
    expect(await store.remove({ conversation: 'telegram/-100', id: `42/${topic?.id}` })).toBe(false);
    expect(await store.list('telegram/-100/42')).toHaveLength(1);
  });

  it('are readable in Temporal: id, note, summary, memo, and policies that lose nothing', async () => {
    const conversation = somewhere();
    const { id } = await make(conversation, { kind: 'cron', cron: '0 9 * * 1-5' });
    const seen = await at(conversation, id).describe();
    expect(seen.scheduleId).toMatch(/^telegram\/\d+\/[0-9a-f]{8}$/);
    expect(seen.state.note).toBe(`a message for ${conversation}: every weekday at 09:00 (Europe/Berlin)`);
    expect(seen.action).toMatchObject({
      workflowType: 'due',
      workflowId: `due/${conversation}/${id}`,
      staticSummary: 'stretch',
      args: [{ origin, schedule: { text: 'stretch' } }],
    });
    expect(seen.memo).toMatchObject({ schedule: { conversation, text: 'stretch' } });
    expect(seen.policies).toEqual({
      overlap: 'BUFFER_ONE',
      catchupWindow: 365 * 24 * HOUR,
      pauseOnFailure: false,
    });
    expect(seen.spec.timezone).toBe('Europe/Berlin');
    // Nine o'clock is nine o'clock in summer and in winter.
    const { startTime } = await server.client.workflowService.listScheduleMatchingTimes({
      namespace: 'default',
      scheduleId: seen.scheduleId,
      startTime: { seconds: (Date.parse('2026-10-23T00:00:00Z') / 1000) as never, nanos: 0 },
      endTime: { seconds: (Date.parse('2026-10-26T23:00:00Z') / 1000) as never, nanos: 0 },
    });
    expect(startTime.map(({ seconds }) => new Date(Number(seconds) * 1000).toISOString())).toEqual([
      '2026-10-23T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
    ]);
  });

  it('that come every so often come first after that time', async () => {
    const conversation = somewhere();
    const before = Date.now();
    await make(conversation, { kind: 'every', everyMs: HOUR });
    const [{ next = 0 } = {}] = await store.list(conversation);
    expect(next).toBeGreaterThan(before + HOUR - 1_000);
    expect(next).toBeLessThan(Date.now() + HOUR + 1_000);
  });

  it('that were due before Temporal took them in are due at once', async () => {
    const conversation = somewhere();
    const { id } = await make(conversation, {
      kind: 'once',
      at: Math.floor(Date.now() / 1000) * 1000 - 60_000,
    });
    const { info } = await at(conversation, id).describe();
    expect(info.numActionsTaken).toBe(1);
  });

  it.each<[string, Timing, string, RegExp]>([
    ['a cron expression of no date', { kind: 'cron', cron: '0 0 30 2 *' }, 'UTC', /never due/],
    ['a cron expression of no minute', { kind: 'cron', cron: '61 * * * *' }, 'UTC', /Minute is not in range/],
    [
      'a zone that Temporal does not know',
      { kind: 'cron', cron: '0 9 * * *' },
      'Nowhere/Land',
      /unknown time zone/,
    ],
  ])('refuses %s, and leaves nothing', async (_, timing, timeZone, message) => {
    const conversation = somewhere();
    const making = make(conversation, timing, { timeZone });
    await expect(making).rejects.toThrow(ToolError);
    await expect(making).rejects.toThrow(message);
    expect(await store.list(conversation)).toEqual([]);
  });

  it('are fifty at most in a conversation, of 2,000 characters at most', async () => {
    const conversation = somewhere();
    await expect(make(conversation, inAnHour(), { text: 'x'.repeat(2001) })).rejects.toThrow(
      /2000 characters/,
    );
    await Promise.all(
      Array.from({ length: 50 }, (_, key) => make(conversation, inAnHour(), { key: `${key}` })),
    );
    await expect(make(conversation, inAnHour())).rejects.toThrow(
      /50 schedules here already; remove one first/,
    );
    // One that is there is found all the same.
    expect(await make(conversation, inAnHour(), { key: '7' })).toMatchObject({ conversation });
    await make(somewhere(), inAnHour());
  });
});
