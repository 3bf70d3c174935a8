import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '../contract/delivery.ts';
import type { ModelStep } from '../contract/model-step.ts';
import { wellFormed } from '../contract/well-formed.ts';
import { DeliveryRefused, type Outbound, type OutboundContext, RateLimited } from '../platforms/platform.ts';
import { showMessage } from './show-message.ts';

/** Edits come at most this often, unless the platform wants them more seldom. */
const EVERY_MS = 1_000;
/** The first message shows words, not dots: people read the first text in the notification. */
const FIRST_CHARACTERS = 24;

/** What a next attempt knows of the message that this one streams into. */
export interface StreamedSoFar extends Partial<Receipt> {
  /** Characters that it shows. */
  shown?: number;
  /** While it is on its way: a message of the platform's that was there before. */
  sentAfter?: string;
}

export interface ReplyStreamOptions {
  outbound: Outbound;
  context: OutboundContext;
  /** What the turn said before this step; the message shows it first. */
  said: string;
  /** From an earlier step or attempt. */
  before: StreamedSoFar;
  /** An earlier attempt may have sent a message that was not recorded. */
  look: boolean;
  /** Another message of ours may be on its way to the conversation. */
  othersOnTheirWay: boolean;
  record(soFar: StreamedSoFar): void;
  /** Throws if this attempt must not act any more. */
  assertCurrent(): void;
  /** The same, asked of Temporal if need be, before a message is sent; the next attempt finds what there is so far. */
  confirm(soFar?: StreamedSoFar): Promise<void>;
  /** Told before something is sent that may arrive although this process is killed, and once all of that is known to have arrived. */
  underWay(is: boolean): void;
}

/** Shows a reply while it is being written, in one message that is edited; the rest is left to its delivery. */
export class ReplyStream {
  readonly #options: ReplyStreamOptions;
  #text = '';
  #soFar: StreamedSoFar;
  #displayed: string | undefined;
  #lost = false;
  #off: boolean;
  #notBefore = 0;
  #showing: Promise<void> | undefined;
  readonly #ending = new AbortController();

  constructor(options: ReplyStreamOptions) {
    this.#options = options;
    this.#soFar = options.before;
    const { outbound, before, look, othersOnTheirWay } = options;
    // Whoever looks for one of two messages on their way could find the other: this one is left to the delivery.
    this.#off =
      outbound.findsByElimination === true && before.messageId === undefined && (look || othersOnTheirWay);
  }

  add(delta: string): void {
    this.#text += delta;
    if (this.#options.outbound.edit === undefined || this.#off || this.#showing) return;
    this.#showing = this.#showUntilCurrent()
      .catch(() => {
        // Showing early is a courtesy; the delivery tells what is wrong.
        this.#off = true;
      })
      .finally(() => {
        this.#showing = undefined;
      });
  }

  /**
   * Shows the text as it ended, and says what of the reply is visible; nothing if none was sent. Where the text is the whole reply,
   * its message is sent now if none was begun.
   */
  async end(isReply = false): Promise<Pick<ModelStep, 'streamed' | 'mayHaveStreamed' | 'sentAfter'>> {
    this.#ending.abort();
    await this.#showing;
    const part = this.#part();
    if (
      !this.#off &&
      this.#text.trim() !== '' &&
      (this.#soFar.messageId !== undefined || isReply) &&
      Date.now() >= this.#notBefore
    )
      await this.#show(part.text);
    const { messageId, sentAfter } = this.#soFar;
    if (messageId === undefined) {
      // An attempt that had nothing to show did not look for what the one before may have sent.
      if (!this.#lost && !this.#options.look) return {};
      return { mayHaveStreamed: true, ...(sentAfter === undefined ? {} : { sentAfter }) };
    }
    const complete = this.#displayed === part.text;
    return { streamed: { receipt: { messageId }, ...(complete ? { shown: { next: part.next } } : {}) } };
  }

  #part() {
    const { outbound, said } = this.#options;
    return outbound.split(wellFormed([said, this.#text.trim()].filter(Boolean).join('\n\n')), 0);
  }

  async #showUntilCurrent(): Promise<void> {
    while (!this.#off && !this.#ending.signal.aborted) {
      const { text } = this.#part();
      const enough = text.length >= FIRST_CHARACTERS && text.length >= (this.#soFar.shown ?? 0);
      if (text === this.#displayed || !enough) break;
      await this.#show(text);
      if (text === this.#displayed) this.#options.record(this.#soFar);
      const every = this.#options.outbound.editEveryMs ?? EVERY_MS;
      const pause = Math.max(every, this.#notBefore - Date.now());
      await sleep(pause, undefined, { signal: this.#ending.signal }).catch(() => {});
    }
  }

  async #show(text: string): Promise<void> {
    const { outbound, context, look, assertCurrent, confirm, underWay } = this.#options;
    if (text === this.#displayed) return;
    const { messageId, sentAfter } = this.#soFar;
    try {
      assertCurrent();
      // A message that nobody has recorded yet is looked for, which needs it to be there for everybody: until its first edit.
      underWay(true);
      if (messageId !== undefined) {
        await outbound.edit?.(context, { messageId }, text);
        underWay(false);
        this.#soFar = { messageId, shown: text.length };
      } else {
        const inDoubt = look || this.#lost;
        const told = {
          ...context,
          ...(sentAfter === undefined ? {} : { sentAfter }),
          ...(inDoubt ? { inDoubt: true as const } : {}),
        };
        const receipt = await showMessage(outbound, told, text, undefined, async () => {
          const latest = outbound.latest?.(told);
          this.#soFar = { ...this.#soFar, ...latest };
          await confirm(latest && this.#soFar);
          return outbound.post(told, text);
        });
        this.#soFar = { messageId: receipt.messageId, shown: text.length };
      }
      this.#displayed = text;
    } catch (error) {
      // Showing it early is a courtesy: the delivery, which is retried, sees to the rest.
      if (error instanceof RateLimited) this.#notBefore = Date.now() + error.retryAfterMs;
      else {
        this.#off = true;
        if (messageId === undefined && !(error instanceof DeliveryRefused)) this.#lost = true;
      }
    }
  }
}
