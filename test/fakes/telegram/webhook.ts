import { untilAcknowledged } from '../until-acknowledged.ts';

/** Where updates go. */
export interface WebhookTarget {
  url: string;
  secret: string;
}

const ANSWER_WITHIN_MS = 30_000;

/** Delivers updates one after another in each chat, again and again until the webhook answers 2xx. */
export class WebhookDelivery {
  /** Every attempt: the update, and the status that it was answered with (undefined: no answer). */
  readonly attempts: { updateId: number; status: number | undefined }[] = [];
  readonly #target: () => WebhookTarget | undefined;
  readonly #queues = new Map<number, Promise<void>>();
  readonly #stopped = new AbortController();
  #pending = 0;

  constructor(target: () => WebhookTarget | undefined) {
    this.#target = target;
  }

  get pending(): number {
    return this.#pending;
  }

  /** Resolves when the update is acknowledged, or the fake closed. */
  enqueue(chatId: number, update: { update_id: number }): Promise<void> {
    this.#pending++;
    const before = this.#queues.get(chatId) ?? Promise.resolve();
    const done = before.then(() => this.#deliver(update)).then(() => void this.#pending--);
    this.#queues.set(chatId, done);
    return done;
  }

  /** Delivers an update once more, as Telegram does when the answer got lost. Resolves with the status. */
  repeat(update: { update_id: number }): Promise<number | undefined> {
    return this.#attempt(update);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled(this.#queues.values());
  }

  #deliver(update: { update_id: number }): Promise<void> {
    const attempt = async () => {
      const status = await this.#attempt(update);
      return status !== undefined && status >= 200 && status < 300;
    };
    return untilAcknowledged(attempt, this.#stopped.signal);
  }

  async #attempt(update: { update_id: number }): Promise<number | undefined> {
    const target = this.#target();
    const status = target && (await post(target, update, this.#stopped.signal));
    if (target) this.attempts.push({ updateId: update.update_id, status });
    return status;
  }
}

async function post(
  target: WebhookTarget,
  update: object,
  stopped: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': target.secret },
      body: JSON.stringify(update),
      signal: AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
