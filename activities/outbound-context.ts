import type { DeliveryTarget } from '../contract/signals.ts';
import type { OutboundContext } from '../platforms/platform.ts';

/** What a platform is told of one outbound message. `deliveryId` and the offset of the part make its idempotency key. */
export function outboundContext(
  target: DeliveryTarget,
  deliveryId: string,
  from: number,
  signal: AbortSignal,
): OutboundContext {
  const { conversation, knownMessageIds, inReplyTo, answers, sentAfter } = target;
  return {
    conversation,
    knownMessageIds,
    signal,
    key: `${deliveryId}.${from}`,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(answers === undefined ? {} : { answers }),
    ...(sentAfter === undefined ? {} : { sentAfter }),
  };
}
