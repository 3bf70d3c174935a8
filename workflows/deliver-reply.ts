import { ActivityFailure, ApplicationFailure, log } from '@temporalio/workflow';
import type { LastPart, StreamedPart } from '../contract/delivery.ts';
import { FAILURE } from '../contract/failures.ts';
import type { Queues } from '../contract/queues.ts';
import type { Shown } from '../contract/transcript.ts';
import { deliveryActivities } from './activities.ts';
import { countDelivery } from './meters.ts';

export interface ReplyDelivery {
  /** Workflow id. */
  conversation: string;
  /** Where it goes. */
  platform: string;
  entry: Shown;
  deliveryId: string;
  queues: Queues;
  streamed?: StreamedPart | undefined;
  /** A message may have been sent and not recorded. */
  look?: boolean;
  /** It was sent after this one. */
  sentAfter?: string | undefined;
  /** Only this part of it, which shows something else by now. */
  again?: LastPart | undefined;
  /** Spares the activity its query. */
  handOver(seq: number): void;
  /** Called with each message's id as it is known. */
  record(messageId: string): void;
  /** Called if it cannot be sent because that takes a worker down each time. */
  isPoison?(failure: unknown): Promise<unknown>;
}

/** Sends a reply part by part, then its files; what was streamed of it is finished in the same message. */
export async function deliverReply({
  conversation,
  platform,
  entry,
  deliveryId,
  queues,
  ...reply
}: ReplyDelivery): Promise<LastPart | undefined> {
  const { deliver, deliverFile } = deliveryActivities({ queues });
  let from: number | null = reply.again?.from ?? 0;
  let receipt = reply.again?.receipt ?? reply.streamed?.receipt;
  let last: LastPart | undefined;
  if (receipt) reply.record(receipt.messageId);
  // Its buttons are not shown yet.
  if (reply.streamed?.shown && !entry.buttons) {
    from = reply.streamed.shown.next;
    receipt = undefined;
    countDelivery(platform, 'delivered');
  }
  const { look, sentAfter } = reply;
  const doubt = look ? { look: true as const, ...(sentAfter === undefined ? {} : { sentAfter }) } : {};
  try {
    while (from !== null) {
      reply.handOver(entry.seq);
      const part = await deliver({
        conversation,
        turn: entry.turn,
        reply: entry.seq,
        deliveryId,
        from,
        ...(receipt ? { receipt } : {}),
        ...(from === 0 && !receipt ? doubt : {}),
      });
      countDelivery(platform, 'delivered');
      reply.record(part.receipt.messageId);
      last = { receipt: part.receipt, from };
      from = part.next;
      receipt = undefined;
    }
  } catch (failure) {
    notDelivered('reply', { entry, platform }, failure);
    if (isLost(failure)) await reply.isPoison?.(failure);
    return last;
  }
  for (const index of (entry.files ?? []).keys()) {
    try {
      const sent = await deliverFile({
        conversation,
        turn: entry.turn,
        reply: entry.seq,
        deliveryId,
        index,
      });
      countDelivery(platform, 'delivered');
      reply.record(sent.messageId);
    } catch (failure) {
      notDelivered('file', { entry, platform }, failure);
      // The platform was away for a day: the files after this one must not wait as long, each.
      if (isLost(failure)) await reply.isPoison?.(failure);
      if (!isRefused(failure)) return last;
    }
  }
  return last;
}

function isRefused(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

function isLost(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  return cause instanceof ApplicationFailure && cause.type === FAILURE.workerLost;
}

/** The platform will not take it, today or ever. The entry stays readable in the transcript; the conversation goes on. */
function notDelivered(
  what: 'reply' | 'file',
  { entry: { turn }, platform }: Pick<ReplyDelivery, 'entry' | 'platform'>,
  failure: unknown,
): void {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  countDelivery(platform, isLost(failure) ? 'lost' : isRefused(failure) ? 'refused' : 'expired');
  log.warn(`${what} not delivered`, {
    turn,
    platform,
    failure: cause instanceof ApplicationFailure ? cause.type : 'Timeout',
    reason: cause instanceof Error ? cause.message : '',
  });
}
