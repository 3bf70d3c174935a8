import { DeliveryRefused, type OutboundContext } from '../platform.ts';
import type { WhatsAppMessage } from './event.ts';

const PHONE_NUMBER = /^\d{5,20}$/;
/** Business-scoped: a country's two letters and what stands for the person. */
const USER_ID = /^[A-Z]{2}\.[\w.]{1,160}$/;
const GROUP_ID = /^[\w+/=@.-]{1,256}$/;

/** The person: by user id, because WhatsApp may hide the phone number one day; by phone number where there is none. */
export function personOf({ from, from_user_id: userId }: WhatsAppMessage): string | undefined {
  return userId || from || undefined;
}

/** The group, or the person. */
export function conversationOf(message: WhatsAppMessage): string | undefined {
  return message.group_id || personOf(message);
}

export function isGroup(conversation: string): boolean {
  return !PHONE_NUMBER.test(conversation) && !USER_ID.test(conversation);
}

/** The phone number of a person who is known by user id, while WhatsApp tells it. */
export function returnAddressOf({ from, from_user_id: userId, group_id: groupId }: WhatsAppMessage) {
  return from && PHONE_NUMBER.test(from) && userId && !groupId ? { phoneNumber: from } : undefined;
}

/** The fields of a message that say whom it goes to. Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function recipientOf({ conversation, returnAddress }: OutboundContext) {
  const person = returnAddress?.phoneNumber ?? conversation;
  if (PHONE_NUMBER.test(person)) return { recipient_type: 'individual', to: person };
  if (USER_ID.test(person)) return { recipient_type: 'individual', recipient: person };
  if (GROUP_ID.test(conversation)) return { recipient_type: 'group', to: conversation };
  throw new DeliveryRefused(`"${conversation}" is not a conversation of WhatsApp`);
}
