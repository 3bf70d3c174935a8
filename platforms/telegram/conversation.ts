import { DeliveryRefused } from '../platform.ts';

/** Where a conversation is in Telegram. */
export interface Place {
  chatId: number;
  /** Forum topic. */
  threadId?: number;
}

/** `{chatId}`, or `{chatId}/{message_thread_id}` in a forum topic. */
export function conversationOf({ chatId, threadId }: Place): string {
  return threadId === undefined ? String(chatId) : `${chatId}/${threadId}`;
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function placeOf(conversation: string): Place {
  const [, chatId, threadId] = /^(-?\d{1,16})(?:\/(\d{1,10}))?$/.exec(conversation) ?? [];
  if (chatId === undefined) throw new DeliveryRefused(`"${conversation}" is not a chat of Telegram`);
  return { chatId: Number(chatId), ...(threadId !== undefined && { threadId: Number(threadId) }) };
}

/** Groups have negative ids. */
export function isGroup({ chatId }: Place): boolean {
  return chatId < 0;
}

/** Those with message ids of their own. */
export function isSupergroup({ chatId }: Place): boolean {
  return chatId <= -1_000_000_000_000;
}
