import type { InboundMessage } from '../contract/message.ts';
import type { Place } from '../contract/place.ts';
import type { ConversationStart, QueuedMessage } from '../contract/state.ts';

/** Where a message was written. */
export function placeOf({ place }: Pick<InboundMessage, 'place'>, start: ConversationStart): Place {
  return place ?? { platform: start.platform, conversation: start.conversation };
}

/** Who wrote it, as the config names people: `telegram:123`. Undefined if the platform does not tell. */
export function identityOf(message: InboundMessage, start: ConversationStart): string | undefined {
  return message.sender && `${placeOf(message, start).platform}:${message.sender.id}`;
}

/** Whose account a message is counted on: the person's, or that of the identity, or else of the conversation. */
export function accountOf({ message, settings }: QueuedMessage, start: ConversationStart): string {
  const { platform, conversation } = placeOf(message, start);
  return settings.access?.person ?? identityOf(message, start) ?? `${platform}/${conversation}`;
}
