import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import * as limits from '../../contract/limits.ts';
import { AccountBook, type AccountState } from './account-book.ts';

/** What one person uses, over all conversations. It begins when something is first counted on it. */
export async function account(start: { state?: AccountState }): Promise<void> {
  const book = new AccountBook(start.state);
  setHandler(limits.used, (at) => book.usedAt(at));
  setHandler(limits.spent, (spent) => book.spend(spent));
  setHandler(limits.count, ({ limits: most, arrivals }) => arrivals.map((at) => book.count(most, at)));
  await condition(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof account>({ state: book.state });
}
