import type { DeliveryTarget } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { KnownMessages } from './known-messages.ts';
import type { Transcript } from './transcript.ts';
import type { Turn } from './turn.ts';

export interface TargetSource {
  start: ConversationStart;
  transcript: Transcript;
  known: KnownMessages;
}

/** Where the reply to these messages goes (event ids, oldest first), and what is known of it if its turn still runs. */
export function deliveryTarget(
  { start, transcript, known }: TargetSource,
  answers: string[],
  turn?: Turn,
): DeliveryTarget {
  const answered = answers.at(-1);
  const inReplyTo = transcript.user(answered ?? '')?.messageId;
  const returnAddress = answers
    .map((id) => transcript.user(id)?.returnAddress)
    .findLast((address) => address !== undefined);
  const began = transcript.user(answers[0] ?? '');
  // An edited message can be far older than its turn, and what follows it be replies that are no longer known.
  const sentAfter = began?.edited ? undefined : (began?.messageId ?? began?.after);
  return {
    platform: start.platform,
    conversation: start.conversation,
    deliveryId: turn?.deliveryId ?? '',
    knownMessageIds: known.ids,
    live: turn?.live ?? [],
    ...(sentAfter === undefined ? {} : { sentAfter }),
    ...(answered === undefined ? {} : { answers: answered }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
    ...(turn?.streamed ? { receipt: turn.streamed.receipt } : {}),
    ...(turn?.mayHaveStreamed ? { mayHaveStreamed: true as const } : {}),
  };
}
