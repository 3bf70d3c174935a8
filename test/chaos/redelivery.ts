import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookRequest } from '../../platforms/platform.ts';
import { untilAcknowledged } from '../fakes/until-acknowledged.ts';
import { sendWebhook } from '../support/send-webhook.ts';
import type { Random } from './random.ts';

const ANSWER_WITHIN_MS = 5_000;
/** Share of the requests whose answer is taken for lost, so that they come again. */
const ANSWER_LOST = 0.05;

/** Delivers webhook requests one after another, each again and again until it is acknowledged. */
export class Redelivery {
  readonly #gateway: () => string;
  readonly #random: Random;
  #before: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();
  /** Deliveries that were not the first of their request. */
  repeats = 0;

  constructor(gateway: () => string, random: Random) {
    this.#gateway = gateway;
    this.#random = random;
  }

  /** Resolves when it is acknowledged (2xx), or delivering was stopped. */
  deliver(request: WebhookRequest): Promise<void> {
    this.#before = this.#before.then(() => this.#deliver(request));
    return this.#before;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#before;
  }

  #deliver(request: WebhookRequest): Promise<void> {
    const attempt = async () => {
      const acknowledged = await this.#attempt(request);
      const heard = acknowledged && !this.#random.chance(ANSWER_LOST);
      if (!heard) this.repeats += 1;
      return heard;
    };
    return untilAcknowledged(attempt, this.#stopped.signal);
  }

  async #attempt(request: WebhookRequest): Promise<boolean> {
    try {
      const response = await Promise.race([sendWebhook(this.#gateway(), request), noAnswer()]);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}

async function noAnswer(): Promise<never> {
  await sleep(ANSWER_WITHIN_MS, undefined, { ref: false });
  throw new Error('no answer');
}
