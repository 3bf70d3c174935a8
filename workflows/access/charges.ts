import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { accountId, type Spent, spent } from '../../contract/limits.ts';
import type { Usage } from '../../contract/model-step.ts';
import type { ConversationStart, QueuedMessage } from '../../contract/state.ts';
import { accountOf } from '../identity.ts';

interface Share extends Pick<Spent, 'tokens' | 'cost'> {
  /** Messages that were counted as a turn each. */
  counted: number;
}

/** What a turn spends, on the accounts of those who have limits: each step on that of who spoke last. */
export class Charges {
  readonly #start: ConversationStart;
  readonly #spent = new Map<string, Share>();
  #payer: string | undefined;

  constructor(start: ConversationStart, messages: QueuedMessage[]) {
    this.#start = start;
    this.read(messages);
  }

  /** Returns the messages that the turn reads with its next step. */
  read(messages: QueuedMessage[]): QueuedMessage[] {
    for (const queued of messages) {
      const account = queued.settings.access?.limits && accountOf(queued, this.#start);
      this.#payer = account;
      if (account === undefined) continue;
      const share = this.#spent.get(account) ?? { tokens: 0, cost: 0, counted: 0 };
      if (queued.counted) share.counted += 1;
      this.#spent.set(account, share);
    }
    return messages;
  }

  add({ inputTokens, outputTokens, cost = 0 }: Usage): void {
    const payer = this.#spent.get(this.#payer ?? '');
    if (!payer) return;
    payer.tokens += inputTokens + outputTokens;
    payer.cost += cost;
  }

  /** Tells the accounts. One that is gone has nothing to count. */
  async report(): Promise<void> {
    const at = Date.now();
    await Promise.allSettled(
      [...this.#spent].map(([account, { tokens, cost, counted }]) => {
        const unusedTurns = Math.max(0, counted - 1);
        return getExternalWorkflowHandle(accountId(account)).signal(spent, { tokens, cost, unusedTurns, at });
      }),
    );
  }
}
