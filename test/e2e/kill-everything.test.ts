import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const CHATS = [7001, 7002, 7003];
const ROUNDS = 3;

/** Everything is SIGKILLed at once, again and again, while people write. */
describe('SIGKILL of everything at once', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  it('loses no message, answers each once and in order, and keeps every context', async () => {
    const { stack, telegram, ledger } = scene;
    const deliveries: Promise<void>[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const chat of CHATS) {
        const text = plan({
          steps: [[['set_value', { holdMs: 500 }]]],
          say: `chat ${chat} round ${round}`,
          chunkDelayMs: 20,
        });
        deliveries.push(telegram.say(chat, text).delivered);
      }
      await sleep(300 + 700 * round);
      await stack.killAll();
      await stack.startAll();
      // Steering would merge what comes mid-turn into one turn; each round is to be a turn of its own.
      for (const chat of CHATS) await stack.replies(`telegram/${chat}`, round, 90_000);
    }
    await Promise.all(deliveries);
    for (const chat of CHATS) {
      const expected = Array.from(
        { length: ROUNDS },
        (_, index) => `chat ${chat} round ${index + 1} [heard ${index + 1}]`,
      );
      expect(telegram.messages(chat, 'bot').map(({ text }) => text)).toEqual(expected);
    }
    const keys = new Set(ledger.lines.map(({ key }) => key));
    expect(keys.size).toBe(CHATS.length * ROUNDS);
    expect(await stack.replayAll()).toBe(CHATS.length);
  }, 240_000);
});
