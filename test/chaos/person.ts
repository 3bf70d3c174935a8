import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, type Expected, nextExchange } from './exchange.ts';
import type { Place } from './place.ts';
import type { Random } from './random.ts';

const LOOK_EVERY_MS = 150;
/** Nobody waits longer for an answer before they write on. */
const PATIENCE_MS = 60_000;
/** Share of the times that somebody writes on without waiting for the answer. */
const IMPATIENT = 0.15;

/** An exchange with when it happened, in ms of this process's clock. */
export interface Spoken extends Exchange {
  at: number;
  acknowledgedAt?: number;
  /** When it was answered, and when all that it expects was there. */
  answeredAt?: number;
  completeAt?: number;
}

/** Somebody who writes in one conversation, mostly waiting for the answer, until told to stop. */
export class Person {
  readonly place: Place;
  readonly spoken: Spoken[] = [];
  readonly #random: Random;
  readonly #name: string;
  readonly #kinds: readonly string[];
  /** Tokens of the requests that the approver has decided. */
  readonly #decided = new Set<string>();

  constructor(name: string, place: Place, random: Random, kinds: readonly string[]) {
    this.#name = name;
    this.#kinds = kinds;
    this.place = place;
    this.#random = random;
  }

  async talk(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#write();
      while (!stop.aborted && this.#random.chance(IMPATIENT)) this.#write();
      await this.#answered(stop);
      await sleep(this.#random.between(0, 300));
    }
  }

  /** What was written and is not complete. */
  get open(): Spoken[] {
    return this.spoken.filter(({ completeAt }) => completeAt === undefined);
  }

  /** Resolves when everything is acknowledged and complete; throws after this long. */
  async settled(ms: number): Promise<void> {
    for (const end = Date.now() + ms; this.open.length > 0 && Date.now() < end; await sleep(LOOK_EVERY_MS))
      this.#look();
  }

  #write(): void {
    const token = `${this.#name}.${this.spoken.length + 1}`;
    const choice = { decides: this.place.decide !== undefined, kinds: this.#kinds };
    const spoken: Spoken = { ...nextExchange(token, this.#random, choice), at: Date.now() };
    this.spoken.push(spoken);
    void this.#deliver(spoken);
  }

  async #deliver(spoken: Spoken): Promise<void> {
    await this.place.say(spoken.text);
    spoken.acknowledgedAt = Date.now();
  }

  /** Reminders and reports come later; nobody waits for them. */
  async #answered(stop: AbortSignal): Promise<void> {
    const isAwaiting = ({ at, answeredAt }: Spoken) =>
      answeredAt === undefined && Date.now() - at < PATIENCE_MS;
    do {
      await sleep(LOOK_EVERY_MS);
      this.#look();
    } while (!stop.aborted && this.open.some(isAwaiting));
  }

  #look(): void {
    const shown = this.place.shown();
    for (const spoken of this.open) {
      this.#decide(spoken);
      const isThere = ({ pattern }: Expected) => shown.some((text) => pattern.test(text));
      if (spoken.expected.filter(isAwaited).every(isThere)) spoken.answeredAt ??= Date.now();
      if (spoken.acknowledgedAt !== undefined && spoken.expected.every(isThere))
        spoken.completeAt = Date.now();
    }
  }

  #decide({ token, decision, expected }: Spoken): void {
    const request = expected.find(({ what }) => what === 'request');
    if (!decision || !request || this.#decided.has(token)) return;
    if (!this.place.asked?.()?.includes(request.mark)) return;
    this.#decided.add(token);
    this.place.decide?.(decision);
  }
}

function isAwaited({ what }: Expected): boolean {
  return what !== 'reminder' && what !== 'report';
}
