import { expect, it } from 'vitest';
import type { LiveEvent } from '../../contract/live.ts';
import type { ConversationView } from '../../contract/signals.ts';
import type { ChangeFeed } from '../../gateway/change-feed.ts';
import type { Conversations } from '../../gateway/conversations.ts';
import { followLive } from '../../gateway/follow-live.ts';
import { LiveHub } from '../../gateway/live-hub.ts';
import { eventually } from '../support/eventually.ts';

const ID = 'web/told';

/** Somebody who follows a conversation whose states are given one after another; `told` is what they hear of. */
class Reader {
  readonly told: string[] = [];
  readonly #live = new LiveHub();
  readonly #stop = new AbortController();
  readonly #states: Partial<ConversationView>[] = [];
  #seq = 0;
  #wake = () => {};

  constructor() {
    const changes = { of: () => this.#changes() } as unknown as ChangeFeed;
    const conversations = { read: async () => this.#states.shift() } as unknown as Conversations;
    const dependencies = { changes, conversations, live: this.#live };
    void (async () => {
      const hear = (event: LiveEvent) => void this.told.push(event.text);
      for await (const { entries } of followLive(ID, 0, dependencies, this.#stop.signal, hear))
        this.told.push(entries.map(({ seq }) => `entry ${seq}`).join());
    })();
  }

  async *#changes(): AsyncGenerator<void> {
    for (;;) {
      if (this.#states.length > 0) yield;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The next state has so many entries more; `behind` more of them are on a further page. */
  async state(more: number, state: Partial<ConversationView> = {}, behind = 0): Promise<void> {
    const entries = Array.from({ length: more }, () => ({ seq: ++this.#seq }) as never);
    this.#states.push({ running: [], entries, seq: this.#seq + behind, ...state });
    const told = this.told.length;
    this.#wake();
    await eventually(() => this.told.length > told);
  }

  delta(step: number, text: string, offset = 0): void {
    this.#live.push({ kind: 'delta', conversation: ID, turn: 1, step, attempt: 1, offset, text });
  }

  progress(callId: string, text: string): void {
    this.#live.push({ kind: 'progress', conversation: ID, turn: 1, callId, text });
  }
}

it('text that is pushed before the entries it follows are read is told after them, whole', async () => {
  const reader = new Reader();
  reader.delta(1, 'Let');
  await reader.state(1, { writing: { turn: 1, step: 1 } });
  reader.delta(1, ' me see', 3);
  reader.delta(2, 'It');
  reader.delta(2, ' is', 2);
  await reader.state(2, { writing: { turn: 1, step: 2 } });
  reader.delta(2, ' 42', 5);
  reader.delta(1, 'too late', 10);
  expect(reader.told).toEqual(['entry 1', 'Let', ' me see', 'entry 2,entry 3', 'It is', ' 42']);
});

it('text waits for the last page of the entries', async () => {
  const reader = new Reader();
  const writing = { turn: 1, step: 3 };
  reader.delta(3, 'Then');
  await reader.state(2, { writing }, 1);
  await reader.state(1, { writing });
  expect(reader.told).toEqual(['entry 1,entry 2', 'entry 3', 'Then']);
});

it('a word of a tool is told once its call is known to run, the latest one', async () => {
  const reader = new Reader();
  reader.progress('c1', 'begins');
  reader.progress('c1', 'half');
  await reader.state(2, { running: [{ callId: 'c1', name: 'look_up' }] });
  reader.progress('c1', 'nearly');
  expect(reader.told).toEqual(['entry 1,entry 2', 'half', 'nearly']);
});
