import { idAtPlace, PERSON, samePlace } from '../contract/place.ts';
import type { DeliveryTarget } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { KnownMessages } from './known-messages.ts';
import type { Places } from './places.ts';
import type { Transcript } from './transcript.ts';
import type { Turn } from './turn.ts';

export interface TargetSource {
  start: ConversationStart;
  transcript: Transcript;
  known: KnownMessages;
  places: Places;
}

/**
 * Where the reply to these messages goes (event ids, oldest first), and what is known of it if its turn still runs. Of messages
 * from several places the latest says where. `seq` is the number of the entry that is to go there.
 */
export function deliveryTarget(
  { start, transcript, known, places }: TargetSource,
  answers: string[],
  { turn, seq = Infinity }: { turn: Turn | undefined; seq: number | undefined },
): DeliveryTarget {
  const placeOf = (id: string) => transcript.user(id)?.place;
  const place = answers.map(placeOf).findLast((candidate) => candidate !== undefined) ?? places.latest;
  const there = answers.filter((id) => samePlace(placeOf(id), place));
  const answered = there.at(-1);
  const inReplyTo = transcript.user(answered ?? '')?.messageId;
  const returnAddress = there
    .map((id) => transcript.user(id)?.returnAddress)
    .findLast((address) => address !== undefined);
  // What answers nothing was said after what was there.
  const began = answers.length === 0 ? transcript.userBefore(seq, place) : transcript.user(there[0] ?? '');
  // An edited message can be far older than its turn, and what follows it be replies that are no longer known.
  const sentAfter = began?.edited ? undefined : (began?.messageId ?? began?.after);
  const answeredId = place ? idAtPlace(place, answered ?? '') : answered;
  const { platform, conversation } = place ?? start;
  return {
    platform,
    conversation,
    deliveryId: turn?.deliveryId ?? '',
    knownMessageIds: known.at(place),
    live: turn?.live ?? [],
    ...(sentAfter === undefined ? {} : { sentAfter }),
    ...(answeredId === undefined ? {} : { answers: answeredId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
    ...(turn?.streamed ? { receipt: turn.streamed.receipt } : {}),
    ...(turn?.mayHaveStreamed ? { mayHaveStreamed: true as const } : {}),
  };
}

/** Whether a platform shows the reply; the web chat and the HTTP API read it from the transcript. */
export function isDelivered({ platform }: Pick<DeliveryTarget, 'platform'>): boolean {
  return platform !== 'web' && platform !== PERSON;
}
