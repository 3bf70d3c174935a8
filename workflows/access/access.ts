import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import * as pairing from '../../contract/pairing.ts';
import { defineSchema, type Written } from '../../contract/schema.ts';
import { tellPaired } from '../activities.ts';
import { PairingBook, type PairingState } from './pairing-book.ts';

/** What the workflow carries from run to run; nothing at first. */
export interface AccessState {
  state?: PairingState;
  /** Who was let in and was not told so far. */
  untold?: pairing.Paired[];
}
export const ACCESS_STATE = defineSchema<AccessState>('the book of pairings');

/** Keeps who was paired, for all conversations, and tells those who are let in. */
export async function access(start: AccessState & Written): Promise<void> {
  const { state, untold: left = [] } = ACCESS_STATE.read(start);
  const book = new PairingBook(state);
  const untold = [...left];
  setHandler(pairing.rolesOf, (identities) => identities.map((identity) => book.roleOf(identity)));
  setHandler(pairing.pairings, (at) => book.viewAt(at));
  setHandler(pairing.knock, (stranger) => book.knock(stranger, Date.now()));
  setHandler(pairing.revoke, (identity) => book.revoke(identity));
  setHandler(pairing.tryCode, (tried) => {
    const result = book.tryCode(tried, Date.now());
    if (result.outcome === 'paired' && result.isNew) untold.push(result.paired);
    return result;
  });
  const isLong = () => workflowInfo().continueAsNewSuggested && allHandlersFinished();
  while (!isLong()) {
    await condition(() => untold.length > 0 || isLong());
    const [next] = untold;
    if (!next) continue;
    await tellPaired(next).catch(() => log.warn('somebody could not be told', { identity: next.identity }));
    untold.shift();
  }
  await continueAsNew<typeof access>(ACCESS_STATE.write({ state: book.state, untold }));
}
