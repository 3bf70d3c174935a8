import type { LiveDelta, LiveEvent } from '../contract/live.ts';

type Listener = (event: LiveEvent) => void;

/** Conversations whose running step is kept. */
const KEPT = 1_000;

/** What activities push of running turns, handed to who watches here. Keeps the text of the step that is being written. */
export class LiveHub {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #writing = new Map<string, LiveDelta>();

  /** Calls back with each event of the conversation. Returns the function that ends it. */
  watch(workflowId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(workflowId) ?? new Set();
    this.#listeners.set(workflowId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(workflowId);
    };
  }

  /** How many watch. */
  get watching(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** What was pushed so far of a step that is being written. */
  written(workflowId: string, { turn, step }: { turn: number; step: number }): LiveDelta | undefined {
    const delta = this.#writing.get(workflowId);
    return delta?.turn === turn && delta.step === step ? delta : undefined;
  }

  push(event: LiveEvent): void {
    if (event.kind === 'delta') this.#remember(event);
    for (const listener of this.#listeners.get(event.conversation) ?? []) listener(event);
  }

  #remember(delta: LiveDelta): void {
    const before = this.#writing.get(delta.conversation);
    const continues =
      before?.turn === delta.turn &&
      before.step === delta.step &&
      before.attempt === delta.attempt &&
      before.text.length === delta.offset;
    if (continues) before.text += delta.text;
    else if (delta.offset === 0) this.#writing.set(delta.conversation, { ...delta });
    else this.#writing.delete(delta.conversation);
    for (const oldest of this.#writing.keys()) {
      if (this.#writing.size <= KEPT) break;
      this.#writing.delete(oldest);
    }
  }
}
