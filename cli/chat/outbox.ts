import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, headersOf, isRefusal, type Link, refusal } from './link.ts';

const RETRY_MS = 500;
const ANSWER_MS = 20_000;

/** Hands messages to the gateway in their order, each with the same id until it is stored: so it is taken once. */
export class Outbox {
  readonly #link: Link;
  readonly #stop: AbortSignal;
  #sending = Promise.resolve();
  /** Ids of what was written here. */
  readonly #own = new Set<string>();
  readonly #unanswered = new Set<string>();
  #answered = () => {};

  constructor(link: Link, stop: AbortSignal) {
    this.#link = link;
    this.#stop = stop;
  }

  isOwn(id: string): boolean {
    return this.#own.has(id);
  }

  /** Resolves when it is stored. Throws a UserError where the gateway refuses it. */
  send(text: string): Promise<void> {
    const id = randomUUID();
    this.#own.add(id);
    this.#unanswered.add(id);
    const sent = this.#sending.then(() => this.#untilStored(id, text));
    this.#sending = sent.catch(() => this.answered([id]));
    return sent;
  }

  answered(ids: string[]): void {
    for (const id of ids) this.#unanswered.delete(id);
    this.#answered();
  }

  /** Resolves when all that was written here is answered. */
  async allAnswered(): Promise<void> {
    while (this.#unanswered.size > 0)
      await new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
  }

  async #untilStored(id: string, text: string): Promise<void> {
    while (!this.#stop.aborted) {
      const response = await fetch(addressOf(this.#link, '/messages'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headersOf(this.#link) },
        body: JSON.stringify({ id, text }),
        signal: AbortSignal.any([this.#stop, AbortSignal.timeout(ANSWER_MS)]),
      }).catch(() => undefined);
      if (response?.ok) return;
      if (response && isRefusal(response.status)) throw refusal(response.status, await messageIn(response));
      await sleep(RETRY_MS, undefined, { signal: this.#stop }).catch(() => {});
    }
  }
}

async function messageIn(response: Response): Promise<string> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
  return error?.message ?? `status ${response.status}`;
}
