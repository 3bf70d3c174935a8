import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { covers } from '../../contract/approval.ts';
import { GRANTS_STATE, type GrantsState, keep, revoke, standing } from '../../contract/grants.ts';
import type { Written } from '../../contract/schema.ts';

/** The oldest give way. */
const MOST = 1_000;

/** Keeps what approvers allowed "always", for all conversations. */
export async function grants(start: GrantsState & Written): Promise<void> {
  let { grants: kept } = GRANTS_STATE.read(start);
  setHandler(standing, () => kept);
  setHandler(keep, (grant) => {
    kept = [...kept.filter((other) => !covers(grant, other)), grant].slice(-MOST);
  });
  setHandler(revoke, (id) => {
    const before = kept.length;
    kept = kept.filter((grant) => grant.id !== id);
    return kept.length < before;
  });
  await condition(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof grants>(GRANTS_STATE.write({ grants: kept }));
}
