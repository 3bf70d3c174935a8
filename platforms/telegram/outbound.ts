import type { Outbound, Part } from '../platform.ts';
import { splitMarkdown } from '../text/split.ts';
import type { CallTelegram } from './api.ts';
import type { Bot } from './bot.ts';
import { isGroup, placeOf } from './conversation.ts';
import { editMessage } from './edit.ts';
import { findMessage } from './find.ts';
import { renderHtml } from './html.ts';
import { MAX_LENGTH, NO_PREVIEW, withMarkup } from './markup.ts';

export function createTelegramOutbound(call: CallTelegram, bot: Bot): Outbound {
  return {
    split: splitForTelegram,

    async post({ conversation, inReplyTo, signal }, text) {
      const place = placeOf(conversation);
      const target = {
        chat_id: place.chatId,
        ...(place.threadId !== undefined && { message_thread_id: place.threadId }),
        // In a private chat it is plain what is answered.
        ...(isGroup(place) &&
          inReplyTo !== undefined && {
            reply_parameters: { message_id: Number(inReplyTo), allow_sending_without_reply: true },
          }),
        ...NO_PREVIEW,
      };
      const sent = await withMarkup(text, (markup) =>
        call('sendMessage', (api, abort) => api.sendMessage({ ...target, ...markup }, abort), signal),
      );
      return { messageId: String(sent.message_id) };
    },

    edit: ({ conversation, signal }, { messageId }, text) =>
      editMessage(call, placeOf(conversation).chatId, Number(messageId), text, signal),

    find: (context, text) => findMessage(call, bot, context, text),

    async typing({ conversation, signal }) {
      const { chatId, threadId } = placeOf(conversation);
      const target = { chat_id: chatId, ...(threadId !== undefined && { message_thread_id: threadId }) };
      const action = { ...target, action: 'typing' } as const;
      // Only a nicety: nothing depends on it.
      await call('sendChatAction', (api, abort) => api.sendChatAction(action, abort), signal).catch(() => {});
    },
  };
}

/** Lists and tables are longer as shown than as written: such a part is made smaller until it fits. */
function splitForTelegram(text: string, from: number): Part {
  for (let limit = MAX_LENGTH; ; limit = Math.floor(limit * 0.8)) {
    const part = splitMarkdown(text, from, limit);
    if (limit < MAX_LENGTH / 4 || renderHtml(part.text).length <= MAX_LENGTH) return part;
  }
}
