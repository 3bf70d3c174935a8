import type { LiveDelta } from '../contract/live.ts';
import type { PushLive } from './push-live.ts';

/** Streams a step's text to the gateways that watch: what comes while a push is on its way goes with the next one. */
export class LiveText {
  readonly #push: (text: string, offset: number) => Promise<void>;
  #pending = '';
  #sent = 0;
  #pushing: Promise<void> | undefined;

  constructor(
    pushLive: PushLive,
    gateways: readonly string[],
    step: Omit<LiveDelta, 'kind' | 'offset' | 'text'>,
  ) {
    this.#push = (text, offset) => pushLive(gateways, { kind: 'delta', ...step, offset, text });
  }

  add(text: string): void {
    this.#pending += text;
    if (this.#pushing) return;
    this.#pushing = this.#drain().finally(() => {
      this.#pushing = undefined;
    });
  }

  /** Resolves when all is pushed. */
  async end(): Promise<void> {
    await this.#pushing;
    await this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#pending !== '') {
      const text = this.#pending;
      const offset = this.#sent;
      this.#pending = '';
      this.#sent += text.length;
      await this.#push(text, offset);
    }
  }
}
