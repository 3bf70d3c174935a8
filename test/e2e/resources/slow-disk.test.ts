import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/** How long a flush of Temporal's store takes now and then, as on a busy network disk: longer than a gateway waits for it. */
const STALL_MS = 3_000;
/** One that is clearly longer than that. */
const LONG_STALL_MS = 4_500;
/** Of the flushes of a thread of the server, each 25th. */
const WHEN = '25+25';
const CHATS = [9101, 9102, 9103];
/** Messages among which there is one that the gateway does not get stored in time. */
const MOST_TO_STALL = 100;

/** `strace` holds up the fsync, and all that waits for the store waits with it; with `-D` the server is who was started. */
function stalling(ms: number): string[] {
  const injected = `inject=fsync,fdatasync:delay_enter=${ms}ms:when=${WHEN}`;
  return `strace -D -f -qq --seccomp-bpf -o /dev/null -e trace=fsync,fdatasync -e ${injected}`.split(' ');
}

describe("the disk of Temporal's store is slow", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ temporalUnder: stalling(STALL_MS) });
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

describe("the disk of Temporal's store is slower than a gateway waits", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ temporalUnder: stalling(LONG_STALL_MS) });
  }, 120_000);
  afterAll(() => scene?.stop());

  it('a message that is not stored in time is refused, and heard once after it was sent again', async () => {
    const { stack, telegram } = scene;
    const isRefused = () => telegram.attempts.some(({ status }) => status === 503);
    const said: string[] = [];
    // One right after the other, so that a stall has one to hold up.
    while (!isRefused() && said.length < MOST_TO_STALL) {
      said.push(`message ${said.length}`);
      await telegram.say(9120, said.at(-1) ?? '').delivered;
    }
    expect(isRefused()).toBe(true);
    const heard = async () => {
      const { status, transcript } = await stack.read('telegram/9120');
      const users = transcript.filter((entry) => entry.kind === 'user');
      return status === 'idle' && users.length >= said.length && users.map(({ text }) => text);
    };
    expect(await eventually(heard, { ms: 90_000 })).toEqual(said);
  }, 180_000);
});
