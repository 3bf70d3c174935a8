import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import * as limits from '../../contract/limits.ts';
import { defineSchema, type Written } from '../../contract/schema.ts';
import { AccountBook, type AccountState } from './account-book.ts';

/** What the workflow carries from run to run; nothing at first. */
export interface CarriedAccount {
  state?: AccountState;
}
export const ACCOUNT_STATE = defineSchema<CarriedAccount>('this account');

/** What one person uses, over all conversations. It begins when something is first counted on it. */
export async function account(start: CarriedAccount & Written): Promise<void> {
  const book = new AccountBook(ACCOUNT_STATE.read(start).state);
  setHandler(limits.used, (at) => book.usedAt(at));
  setHandler(limits.spent, (spent) => book.spend(spent));
  setHandler(limits.count, ({ limits: most, arrivals }) => arrivals.map((at) => book.count(most, at)));
  await condition(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof account>(ACCOUNT_STATE.write({ state: book.state }));
}
