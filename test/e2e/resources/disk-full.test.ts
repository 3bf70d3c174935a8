import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Said } from '../../fakes/telegram/telegram.ts';
import { eventually } from '../../support/eventually.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';

const run = promisify(execFile);
/** Less than any store has: no file of Temporal's grows past it, and what is there already can be read. */
const FULL = '4096';
const CHATS = [9001, 9002, 9003];

/**
 * The disk of Temporal's store is full. A file system of a few megabytes needs rights that a test may not have, so the server's
 * own limit on the size of its files stands for it, which any user may set: each write that needs room fails, as on a full disk (with
 * EFBIG in place of ENOSPC, which SQLite answers alike: the transaction is not committed).
 */
describe("the disk of Temporal's store is full", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  /** Only the soft limit, which its own user may raise again. */
  const limit = (size: string) =>
    run('prlimit', [`--fsize=${size}:`, '--pid', String(scene.stack.temporal.pid)]);

  /** A turn runs in each chat, the disk fills, more is written: nothing of it is acknowledged. */
  async function fillWhileTheyTalk(round: number): Promise<Said[]> {
    const { stack, telegram, ledger } = scene;
    const before = ledger.of('set_value', 'begin').length;
    for (const chat of CHATS) {
      const steps: [string, object][][] = [[['pay', {}]], [['set_value', { holdMs: 1_000 }]]];
      await telegram.say(chat, plan({ steps, say: `round ${round}` })).delivered;
    }
    await ledger.begun('set_value', before + CHATS.length);
    await limit(FULL);
    const refused = telegram.attempts.length;
    const said = CHATS.map((chat) => telegram.say(chat, `while full ${round}`));
    const direct = await stack.say(`direct-${round}`, 'hello', `m${round}`);
    expect(direct.status).toBe(503);
    expect(await direct.json()).toMatchObject({ error: { code: 'temporal_unavailable' } });
    await eventually(() => telegram.attempts.length >= refused + CHATS.length);
    expect(telegram.attempts.slice(refused).map(({ status }) => status)).not.toContain(200);
    return said;
  }

  /** Each message was answered once, and so is one of the HTTP API that is sent again by its id. */
  async function answered(round: number, said: Said[]): Promise<void> {
    const { stack, telegram, ledger } = scene;
    await Promise.all(said.map(({ delivered }) => delivered));
    for (const chat of CHATS) {
      // Written mid-turn, a message may be answered together with the one before it.
      const expected = 2 * round;
      await eventually(async () => (await answersOf(chat)).length >= expected, {
        ms: 60_000,
        what: `${expected} messages of ${chat} are answered`,
      });
      const answers = await answersOf(chat);
      expect(answers).toHaveLength(expected);
      expect(new Set(answers).size).toBe(expected);
      const replies = await stack.replies(`telegram/${chat}`, 1);
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 'answered'));
      expect(telegram.messages(chat, 'bot')).toHaveLength(replies.length);
    }
    expect(ledger.of('pay', 'begin')).toHaveLength(CHATS.length * round);
    expect((await stack.say(`direct-${round}`, 'hello', `m${round}`)).status).toBe(202);
    expect(await stack.replies(`direct-${round}`, 1)).toHaveLength(1);
  }
  const answersOf = async (chat: number) =>
    (await scene.stack.read(`telegram/${chat}`)).transcript.flatMap((entry) =>
      entry.kind === 'reply' ? entry.answers : [],
    );

  it('nothing is acknowledged that is not stored, and when there is room again all of it is answered once', async () => {
    const said = await fillWhileTheyTalk(1);
    await limit('unlimited');
    await answered(1, said);
  }, 120_000);

  it('Temporal is SIGKILLed while it is full, and started again with room: the same', async () => {
    const { stack } = scene;
    const said = await fillWhileTheyTalk(2);
    await stack.temporal.kill();
    await stack.startTemporal();
    await answered(2, said);
  }, 120_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(CHATS.length + 2);
  });
});
