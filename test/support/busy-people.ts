import { expect } from 'vitest';
import type { Scene } from './build-scene.ts';
import { eventually } from './eventually.ts';
import { plan } from './plan.ts';

/** How many of each. */
const IDLE = 4;
const STEADY = 5;
const BOSS = { from: 42, name: 'Boss' };
/** Longer than an upgrade takes. */
const HOLD = { holdMs: 10_000 };
const LONG = `It begins here${', and goes on and on'.repeat(60)}.`;

/** One chat: what is shown there at the end, each text once and in this order. */
interface Chat {
  what: string;
  shown: (string | RegExp)[];
}

/**
 * People on Telegram who are in the middle of everything at the same time: a model call, a tool of each effect, an approval, a
 * streamed reply, messages that wait, a task, a reminder; others who are idle, and some who write without a pause.
 */
export class BusyPeople {
  readonly #scene: Scene;
  readonly #chats = new Map<number, Chat>();
  readonly #base: number;
  #steady: Promise<void>[] = [];
  #asked = 0;
  #mayRest = false;

  /** `base`: the number of their first chat. */
  constructor(scene: Scene, base: number) {
    this.#scene = scene;
    this.#base = base;
  }

  /** Their conversations. */
  get conversations(): string[] {
    return [...this.#chats.keys()].map((chat) => `telegram/${chat}`);
  }

  /** Messages that wanted an answer of their own. */
  get messages(): number {
    return [...this.#chats.values()].reduce((sum, { shown }) => sum + shown.length, 0);
  }

  /** Resolves when all of them are in the middle. */
  async begin(): Promise<void> {
    const { stack, telegram, ledger } = this.#scene;
    ledger.lines.length = 0;
    const idle = Array.from({ length: IDLE }, () => this.#open('idle', 'echo: hello [heard 1]'));
    for (const chat of idle) telegram.say(chat, 'hello');
    await Promise.all(idle.map((chat) => stack.replies(`telegram/${chat}`, 1)));

    const say = (chat: number, what: Parameters<typeof plan>[0]) => telegram.say(chat, plan(what), BOSS);
    const tool = (name: string, shown: string | RegExp) =>
      say(this.#open(name, shown), { steps: [[[name, HOLD]]], say: 'done' });
    tool('look_up', /^done \[heard 1\]$/);
    tool('set_value', /^done \[heard 1\]$/);
    tool('book', perhapsUnknown('done', 'book'));
    tool('pay', perhapsUnknown('done', 'pay'));
    const queue = this.#open('queue', 'first [heard 1]', 'second [heard 2]', 'third [heard 3]');
    say(queue, { steps: [[['set_value', HOLD]]], say: 'first' });
    for (const words of ['second', 'third']) say(queue, { say: words });
    say(this.#open('task', 'started [heard 1]', /^echo: \[report of task [^]*found \[heard 1\]/), {
      steps: [[['delegate', { task: plan({ steps: [[['look_up', HOLD]]], say: 'found' }) }]]],
      say: 'started',
    });
    telegram.say(
      this.#open('reminder', /^I will remind you/, /^⏰ stand up/),
      '/remind in 15 seconds stand up',
    );
    this.#asked = this.#open('approval', /charge/, perhapsUnknown('charged', 'charge'));
    say(this.#asked, { steps: [[['charge', {}]]], say: 'charged' });
    await eventually(() =>
      telegram.messages(this.#asked, 'bot').some(({ buttons }) => buttons?.includes('Approve')),
    );
    for (let nth = 0; nth < STEADY; nth += 1) this.#steady.push(this.#writeOn());
    say(this.#open('model', 'slow [heard 1]'), { delayMs: HOLD.holdMs, say: 'slow' });
    const streamed = this.#open('stream', `${LONG} [heard 1]`);
    say(streamed, { say: LONG, chunkDelayMs: 100 });
    await eventually(() => telegram.messages(streamed, 'bot').length > 0, {
      what: 'a streamed reply begins',
    });
    await Promise.all([
      ledger.begun('pay'),
      ledger.begun('book'),
      ledger.begun('look_up', 2),
      ledger.begun('set_value', 2),
    ]);
  }

  /** One decides, the idle ones speak again, those who write on stop; resolves when everything is answered, and throws if not. */
  async end(): Promise<void> {
    const { stack, telegram } = this.#scene;
    telegram.press(this.#asked, 'Approve', BOSS);
    for (const [chat, { what, shown }] of this.#chats)
      if (what === 'idle') {
        telegram.say(chat, 'and again');
        shown.push('echo: and again [heard 2]');
      }
    this.#mayRest = true;
    await Promise.all(this.#steady);
    for (const [chat, { what, shown }] of this.#chats) {
      const bot = () => telegram.messages(chat, 'bot').length;
      await eventually(() => bot() >= shown.length, { ms: 60_000, what: `${what} ${chat} is shown all` });
      await eventually(async () => (await stack.read(`telegram/${chat}`)).status === 'idle', {
        ms: 60_000,
        what: `${what} ${chat} is idle`,
      });
    }
  }

  /** Each message was answered once, in order, by somebody who knew what was said before; and no effect was had twice. */
  check(): void {
    const { telegram, ledger } = this.#scene;
    for (const [chat, { what, shown }] of this.#chats) {
      const texts = telegram.messages(chat, 'bot').map(({ text }) => text);
      const expected = shown.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text)));
      expect(texts, `${what} ${chat}`).toEqual(expected);
    }
    for (const once of ['pay', 'charge']) expect(ledger.of(once, 'begin'), once).toHaveLength(1);
    expect(ledger.of('book', 'end').length, 'book').toBeLessThanOrEqual(1);
    for (const again of ['look_up', 'set_value'])
      expect(new Set(ledger.of(again, 'begin').map(({ key }) => key)).size, again).toBe(2);
  }

  #open(what: string, ...shown: Chat['shown']): number {
    const chat = this.#base + this.#chats.size;
    this.#chats.set(chat, { what, shown });
    return chat;
  }

  /** Writes, waits for the answer, and writes again. */
  async #writeOn(): Promise<void> {
    const { telegram } = this.#scene;
    const chat = this.#open('steady');
    const shown = this.#chats.get(chat)?.shown ?? [];
    for (let round = 1; !this.#mayRest || round < 4; round += 1) {
      telegram.say(
        chat,
        plan({ steps: [[['calculator', { expression: '6 * 7' }]]], say: `round ${round}` }),
        BOSS,
      );
      shown.push(`round ${round} [heard ${round}]`);
      const words = `round ${round} [heard`;
      await eventually(() => telegram.messages(chat, 'bot').some(({ text }) => text.startsWith(words)), {
        ms: 60_000,
        what: `${words} in ${chat}`,
      });
    }
  }
}

/** The worker of a tool that may act once may go in the middle of it, or be too busy to say that it lives: then that is told. */
function perhapsUnknown(said: string, tool: string): RegExp {
  return new RegExp(`^${said} \\[heard 1\\](?:\n\n⚠️ The outcome of ${tool} is unknown[^\n]*)?$`);
}
