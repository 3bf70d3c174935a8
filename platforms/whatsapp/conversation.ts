import { DeliveryRefused } from '../platform.ts';
import type { WhatsAppMessage } from './event.ts';

const PHONE_NUMBER = /^\d{5,20}$/;
/** Business-scoped: a country's two letters and what stands for the person. */
const USER_ID = /^[A-Z]{2}\.[\w.]{1,160}$/;
const GROUP_ID = /^[\w+/=@.-]{1,256}$/;

/** The person, by phone number or, where that is hidden, by user id. */
export function personOf({ from, from_user_id: userId }: WhatsAppMessage): string | undefined {
  return from || userId || undefined;
}

/** The group, or the person. */
export function conversationOf(message: WhatsAppMessage): string | undefined {
  return message.group_id || personOf(message);
}

export function isGroup(conversation: string): boolean {
  return !PHONE_NUMBER.test(conversation) && !USER_ID.test(conversation);
}

/** The fields of a message that say whom it goes to. Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function recipientOf(conversation: string) {
  if (PHONE_NUMBER.test(conversation)) return { recipient_type: 'individual', to: conversation };
  if (USER_ID.test(conversation)) return { recipient_type: 'individual', recipient: conversation };
  if (GROUP_ID.test(conversation)) return { recipient_type: 'group', to: conversation };
  throw new DeliveryRefused(`"${conversation}" is not a conversation of WhatsApp`);
}
