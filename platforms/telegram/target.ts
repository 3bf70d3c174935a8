import type { OutboundContext } from '../platform.ts';
import { isGroup, placeOf } from './conversation.ts';

/** Where a message goes, and what it answers: in a private chat that is plain. */
export function targetOf({ conversation, inReplyTo }: Pick<OutboundContext, 'conversation' | 'inReplyTo'>) {
  const place = placeOf(conversation);
  return {
    chat_id: place.chatId,
    ...(place.threadId !== undefined && { message_thread_id: place.threadId }),
    ...(isGroup(place) &&
      inReplyTo !== undefined && {
        reply_parameters: { message_id: Number(inReplyTo), allow_sending_without_reply: true },
      }),
  };
}
