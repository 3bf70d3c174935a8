import { patched, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { Sender } from '../contract/message.ts';
import { withSender } from '../contract/senders.ts';

/** Notes who writes in a conversation where a list of conversations can see it. The gateway has noted who began it. */
export function noteSender(sender: Sender | undefined): void {
  const before = workflowInfo().memo;
  const senders = withSender(before, sender);
  // Few conversations have another sender; only they have the mark of this in their history.
  if (senders && patched('senders-in-memo')) upsertMemo({ senders });
}
