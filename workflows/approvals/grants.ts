import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { covers, type Grant } from '../../contract/approval.ts';
import { keep, revoke, standing } from '../../contract/grants.ts';

/** The oldest give way. */
const MOST = 1_000;

/** Keeps what approvers allowed "always", for all conversations. */
export async function grants(start: { grants: Grant[] }): Promise<void> {
  let kept = start.grants;
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
  await continueAsNew<typeof grants>({ grants: kept });
}
