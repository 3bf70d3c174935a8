import type { DeliveryTarget } from '../contract/signals.ts';
import type { OutboundContext } from '../platforms/platform.ts';

/** What a platform is told of one outbound message; `key` names it at every attempt. */
export function outboundContext(target: DeliveryTarget, key: string, signal: AbortSignal): OutboundContext {
  const { conversation, knownMessageIds, inReplyTo, answers, returnAddress, sentAfter } = target;
  return {
    conversation,
    knownMessageIds,
    signal,
    key,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(answers === undefined ? {} : { answers }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
    ...(sentAfter === undefined ? {} : { sentAfter }),
  };
}
