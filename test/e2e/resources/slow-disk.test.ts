import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/** How long a flush of Temporal's store takes now and then, as on a busy network disk: longer than a gateway waits for it. */
const STALL_MS = 3_000;
/** Of the flushes of a thread of the server, each 25th. */
const WHEN = '25+25';
const CHATS = [9101, 9102, 9103];

/** `strace` holds up the fsync, and all that waits for the store waits with it; with `-D` the server is who was started. */
const INJECTED = `inject=fsync,fdatasync:delay_enter=${STALL_MS}ms:when=${WHEN}`;
const SLOW = `strace -D -f -qq --seccomp-bpf -o /dev/null -e trace=fsync,fdatasync -e ${INJECTED}`.split(' ');

describe("the disk of Temporal's store is slow", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ temporalUnder: SLOW });
  }, 120_000);
  afterAll(() => scene?.stop());

  it('turns take longer, and nothing else: no message twice, no effect twice, one reply each', async () => {
    const { stack, telegram, ledger } = scene;
    const say = (chat: number) =>
      plan({ steps: [[['pay', {}]], [['look_up', {}]]], say: `the answer of ${chat}`, chunkDelayMs: 20 });
    await Promise.all(CHATS.map((chat) => telegram.say(chat, say(chat)).delivered));
    for (const chat of CHATS) await stack.replies(`telegram/${chat}`, 1, 60_000);
    await Promise.all(CHATS.map((chat) => telegram.say(chat, 'and now?').delivered));
    for (const chat of CHATS) {
      await stack.replies(`telegram/${chat}`, 2, 60_000);
      expect(telegram.messages(chat, 'bot').map(({ text }) => text)).toEqual([
        `the answer of ${chat} [heard 1]`,
        'echo: and now? [heard 2]',
      ]);
    }
    expect(ledger.of('pay', 'begin')).toHaveLength(CHATS.length);
  }, 180_000);

  it('a worker and the server are SIGKILLed meanwhile: the same', async () => {
    const { stack, telegram, ledger } = scene;
    const chat = 9110;
    await telegram.say(
      chat,
      plan({ steps: [[['pay', {}]], [['set_value', { holdMs: 2_000 }]]], say: 'back' }),
    ).delivered;
    await ledger.begun('set_value');
    await Promise.all([stack.killWorkers(), stack.temporal.kill()]);
    await stack.startTemporal();
    await stack.startWorker();
    await stack.replies(`telegram/${chat}`, 1, 60_000);
    expect(telegram.messages(chat, 'bot').map(({ text }) => text)).toEqual(['back [heard 1]']);
    expect(ledger.of('pay', 'begin')).toHaveLength(CHATS.length + 1);
  }, 120_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(CHATS.length + 1);
  });
});
