import { DeliveryRefused } from '../platform.ts';

/** Where a conversation is in Feishu. */
export interface Place {
  /** `oc_…` */
  chatId: string;
  /** `omt_…` */
  threadId?: string | undefined;
}

/** `{chat_id}`, or `{chat_id}/{thread_id}` in a thread and in topic groups. */
export function conversationOf({ chatId, threadId }: Place): string {
  return threadId ? `${chatId}/${threadId}` : chatId;
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function placeOf(conversation: string): Place {
  const [, chatId, threadId] = /^([\w-]+)(?:\/([\w-]+))?$/.exec(conversation) ?? [];
  if (chatId === undefined) throw new DeliveryRefused(`"${conversation}" is not a chat of Feishu`);
  return { chatId, threadId };
}
