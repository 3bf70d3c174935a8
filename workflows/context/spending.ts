import type { Usage } from '../../contract/model-step.ts';
import type { ConversationState } from '../../contract/state.ts';
import { addUsage, NO_USAGE } from '../../contract/usage.ts';

/** Days that are remembered. */
const MOST_DAYS = 31;

/** What a conversation spends on models: in all, in its running or last turn, and each UTC day. */
export class Spending {
  total: Usage;
  turn: Usage;
  days: Record<string, Usage>;
  #inTurn = false;

  constructor({ usage, spent }: Pick<ConversationState, 'usage' | 'spent'>) {
    this.total = usage;
    this.turn = spent.turn;
    this.days = spent.days;
  }

  get today(): Usage {
    return this.days[today()] ?? NO_USAGE;
  }

  turnBegins(): void {
    this.turn = NO_USAGE;
    this.#inTurn = true;
  }

  turnEnds(): void {
    this.#inTurn = false;
  }

  add(usage: Usage): void {
    if (this.#inTurn) this.turn = addUsage(this.turn, usage);
    this.total = addUsage(this.total, usage);
    const days = { ...this.days, [today()]: addUsage(this.today, usage) };
    this.days = Object.fromEntries(Object.entries(days).slice(-MOST_DAYS));
  }

  carried(): Pick<ConversationState, 'usage' | 'spent'> {
    return { usage: this.total, spent: { turn: this.turn, days: this.days } };
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
