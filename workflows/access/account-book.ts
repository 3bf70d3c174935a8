import type { LimitReached, Limits, Spent, Used } from '../../contract/limits.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What an account carries from run to run. */
export interface AccountState extends Omit<Used, 'messages'> {
  /** The UTC day that is counted: `2026-11-25`. */
  day: string;
  /** Arrivals of the messages of the last minute, in ms since the epoch. */
  recent: number[];
}

/** What one person has used of this minute and this day. Times never go back: a late word counts on the day that is open. */
export class AccountBook {
  #state: AccountState;

  constructor(state: AccountState = { day: '', recent: [], turns: 0, tokens: 0, cost: 0 }) {
    this.#state = state;
  }

  get state(): AccountState {
    return this.#state;
  }

  /** Counts a message that begins a turn, unless a limit leaves no room for it: then that one is returned. */
  count(limits: Limits, at: number): LimitReached | null {
    this.#open(at);
    const reached = this.#dayLimit(limits) ?? this.#minuteLimit(limits, at);
    if (reached) return reached;
    this.#state.turns += 1;
    if (limits.messagesPerMinute !== undefined) this.#state.recent.push(at);
    return null;
  }

  spend({ tokens, cost, unusedTurns, at }: Spent): void {
    this.#open(at);
    this.#state.tokens += tokens;
    this.#state.cost += cost;
    this.#state.turns = Math.max(0, this.#state.turns - unusedTurns);
  }

  usedAt(at: number): Used {
    const { day, recent, turns, tokens, cost } = this.#state;
    const messages = recent.filter((time) => time > at - MINUTE).length;
    return dayOf(at) > day ? { messages, turns: 0, tokens: 0, cost: 0 } : { messages, turns, tokens, cost };
  }

  #open(at: number): void {
    const recent = this.#state.recent.filter((time) => time > at - MINUTE);
    const day = dayOf(at);
    this.#state =
      day > this.#state.day ? { day, recent, turns: 0, tokens: 0, cost: 0 } : { ...this.#state, recent };
  }

  #dayLimit({ turnsPerDay, tokensPerDay, costPerDay }: Limits): LimitReached | undefined {
    const { day, turns, tokens, cost } = this.#state;
    const until = Date.parse(day) + DAY;
    if (turnsPerDay !== undefined && turns >= turnsPerDay)
      return { limit: 'turnsPerDay', most: turnsPerDay, until };
    if (tokensPerDay !== undefined && tokens >= tokensPerDay)
      return { limit: 'tokensPerDay', most: tokensPerDay, until };
    if (costPerDay !== undefined && cost >= costPerDay)
      return { limit: 'costPerDay', most: costPerDay, until };
    return undefined;
  }

  #minuteLimit({ messagesPerMinute: most }: Limits, at: number): LimitReached | undefined {
    const { recent } = this.#state;
    if (most === undefined || recent.length < most) return undefined;
    // Room is made when only one less than the limit is left of them.
    const leaves = recent[recent.length - most] ?? at;
    return { limit: 'messagesPerMinute', most, until: leaves + MINUTE };
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
