import { DeliveryRefused } from '../platform.ts';
import type { LineEvent } from './event.ts';

/** LINE's ids of users, groups and rooms. */
const ID = /^[UCR][0-9a-f]{32}$/;

/** The group, the room, or the user. */
export function conversationOf({ source }: LineEvent): string | undefined {
  return source?.groupId ?? source?.roomId ?? source?.userId;
}

export function isGroup({ source }: LineEvent): boolean {
  return source?.groupId !== undefined || source?.roomId !== undefined;
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function recipientOf(conversation: string): string {
  if (ID.test(conversation)) return conversation;
  throw new DeliveryRefused(`"${conversation}" is not a conversation of LINE`);
}

export function isUser(conversation: string): boolean {
  return conversation.startsWith('U');
}
