import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Longer than what counts as on time. */
const OUTAGE_MS = 150_000;
const EVERY_MS = 20_000;
const DAY = String.raw`\w+day \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)`;

/** Temporal, gateway and worker are all SIGKILLed, and down while things are due. */
describe('schedules that are due while everything is down', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ env: { TZ: 'UTC' } });
    const { telegram, stack } = scene;
    telegram.say(9001, '/remind in 25 seconds take the bread out');
    await telegram.waitFor(9001);
    const call = ['schedule', { text: 'look at the oven', as: 'turn', in: '25 seconds' }] satisfies [
      string,
      object,
    ];
    telegram.say(9002, plan({ steps: [[call]], say: 'made' }));
    await telegram.waitFor(9002, ({ text }) => text.startsWith('made'));
    telegram.say(9003, 'hello');
    await telegram.waitFor(9003);
    await createScheduleStore(stack.client).create({
      conversation: 'telegram/9003',
      key: 'drink',
      text: 'drink',
      as: 'message',
      timing: { kind: 'every', everyMs: EVERY_MS },
      timeZone: 'UTC',
      origin: { settings: DEFAULT_SETTINGS },
    });
    await stack.killAll();
    await sleep(OUTAGE_MS);
    await stack.startAll();
  }, 240_000);
  afterAll(() => scene?.stop());

  const texts = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  it('a reminder comes late, once, and says so', async () => {
    const { telegram } = scene;
    await telegram.waitFor(9001, ({ text }) => text.startsWith('⏰'));
    await sleep(3_000);
    const told = texts(9001).slice(1);
    expect(told).toEqual([
      expect.stringMatching(
        new RegExp(`^⏰ take the bread out\n\n\\(due ${DAY}; late because I was down\\)$`),
      ),
    ]);
  });

  it('a turn comes late, once: its model knows, and the reply says so whatever the model says', async () => {
    const { telegram, stack, model } = scene;
    await telegram.waitFor(9002, ({ text }) => text.includes('late because I was down'));
    await stack.replies('telegram/9002', 2);
    const [, ...told] = texts(9002);
    expect(told).toEqual([
      expect.stringMatching(new RegExp(`\\n\\n\\(due ${DAY}; late because I was down\\)$`)),
    ]);
    const [said] =
      model.requests
        .at(-1)
        ?.messages.filter(({ text }) => text.includes('look at the oven'))
        .slice(-1) ?? [];
    expect(said?.text).toMatch(/Not written just now: .* It is told so: due .*; late because I was down\./);
  });

  it('what comes again is told once for all that was missed, and then goes on as ever', async () => {
    const { telegram } = scene;
    await telegram.waitFor(9003, ({ text }) => text === '⏰ drink', 2 * EVERY_MS);
    const told = texts(9003).filter((text) => text.startsWith('⏰'));
    const missed = told.filter((text) => text.includes('late because I was down'));
    expect(missed).toHaveLength(1);
    const [, times] =
      new RegExp(
        `^⏰ drink\n\n\\(due (\\d+) times since ${DAY}, the last time ${DAY}; told once, late because I was down\\)$`,
      ).exec(missed[0] ?? '') ?? [];
    expect(Number(times)).toBeGreaterThanOrEqual(Math.floor(OUTAGE_MS / EVERY_MS));
    expect(Number(times)).toBeLessThanOrEqual(Math.ceil(OUTAGE_MS / EVERY_MS) + 1);
    expect(told[0]).toBe(missed[0]);
    expect(told.length).toBeLessThanOrEqual(3);
  });
});
