import { handOver } from './api.ts';
import type { Sending } from './chat-state.ts';

const PREFIX = 'holdfast:outbox:';
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15_000;
/** An accepted message is kept until it is seen in its conversation, but not for ever: that may have been cut. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** A message on its way, as kept in localStorage: one entry each, so that tabs do not overwrite each other's. */
export interface Outgoing {
  conversation: string;
  id: string;
  text: string;
  /** When it was written, in ms since the epoch. */
  at: number;
  accepted?: true;
}

export interface OutboxOptions {
  onSending(conversation: string, id: string, sending: Sending, note?: string): void;
  onKeyNeeded(): void;
}

/** Hands messages to the gateway in their order, each until it is accepted or refused, also after a reload. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #refused = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = FIRST_DELAY_MS;
  #busy = false;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Messages of a conversation that are not known to be part of it, oldest first. */
  of(conversation: string): Outgoing[] {
    return stored().filter((message) => message.conversation === conversation);
  }

  add(conversation: string, id: string, text: string): void {
    try {
      store({ conversation, id, text, at: Date.now() });
    } catch {
      this.#options.onSending(
        conversation,
        id,
        'refused',
        'This browser has no room to keep it until it is sent.',
      );
      return;
    }
    void this.flush();
  }

  /** The message is part of its conversation, or not wanted any more. */
  remove(id: string): void {
    localStorage.removeItem(PREFIX + id);
  }

  /** Sends nothing any more; what waits is kept. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Tries at once whatever waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) if (!(await this.#send(next))) return;
    } finally {
      this.#busy = false;
    }
  }

  #next(): Outgoing | undefined {
    if (this.#closed) return undefined;
    return stored().find((message) => !message.accepted && !this.#refused.has(message.id));
  }

  /** Whether to go on with the next one. */
  async #send(message: Outgoing): Promise<boolean> {
    const { conversation, id, text } = message;
    const handed = await handOver(conversation, id, text);
    if (handed.as === 'key-needed') {
      this.#options.onKeyNeeded();
      return false;
    }
    if (handed.as === 'busy') {
      this.#options.onSending(conversation, id, 'retrying');
      if (!this.#closed)
        this.#timer = setTimeout(() => void this.flush(), handed.retryAfterMs ?? this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
      return false;
    }
    this.#delay = FIRST_DELAY_MS;
    if (handed.as === 'refused') {
      this.#refused.add(id);
      this.#options.onSending(conversation, id, 'refused', handed.reason);
      return true;
    }
    // Its event may have come first, and have removed it.
    if (localStorage.getItem(PREFIX + id) !== null) store({ ...message, accepted: true });
    this.#options.onSending(conversation, id, 'accepted');
    return true;
  }
}

function store(message: Outgoing): void {
  localStorage.setItem(PREFIX + message.id, JSON.stringify(message));
}

function stored(): Outgoing[] {
  const messages = Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => JSON.parse(localStorage.getItem(key) ?? 'null') as Outgoing | null)
    .filter((message) => message !== null);
  for (const message of messages)
    if (message.accepted && Date.now() - message.at > KEPT_MS) localStorage.removeItem(PREFIX + message.id);
  return messages.sort((a, b) => a.at - b.at);
}
