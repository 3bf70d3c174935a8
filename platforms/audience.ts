import type { InboundMessage } from '../contract/message.ts';

type Audience = Pick<InboundMessage, 'group' | 'unaddressed'>;

/** Who reads a message along, and whether it is meant for the bot; outside of groups everything is. */
export function audience(isGroup: boolean, isAddressed: boolean): Audience {
  if (!isGroup) return {};
  return isAddressed ? { group: true } : { group: true, unaddressed: true };
}
