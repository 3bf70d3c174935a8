import { MAX_BUTTON_LABEL, MAX_BUTTONS } from '../../contract/delivery.ts';
import type { Outbound } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { CallTelegram } from './api.ts';
import type { Bot } from './bot.ts';
import { keyboard } from './buttons.ts';
import { placeOf } from './conversation.ts';
import { editMessage } from './edit.ts';
import { findMessage } from './find.ts';
import { renderHtml } from './html.ts';
import { LatestId } from './latest-id.ts';
import { MAX_LENGTH, NO_PREVIEW, withMarkup } from './markup.ts';
import { sendTelegramFile } from './send-file.ts';
import { targetOf } from './target.ts';

export function createTelegramOutbound(call: CallTelegram, bot: Bot): Outbound {
  const latest = new LatestId();
  return {
    // Lists and tables are longer as shown than as written.
    split: (text, from) => splitToFit(text, from, MAX_LENGTH, (part) => renderHtml(part).length),

    buttons: { most: MAX_BUTTONS, longestLabel: MAX_BUTTON_LABEL },

    async post(context, text, buttons) {
      const target = { ...targetOf(context), ...NO_PREVIEW, ...keyboard(buttons) };
      const sent = await withMarkup(text, (markup) =>
        call('sendMessage', (api, abort) => api.sendMessage({ ...target, ...markup }, abort), context.signal),
      );
      latest.note(context, sent.message_id);
      return { messageId: String(sent.message_id) };
    },

    edit: (context, { messageId }, text, buttons) =>
      editMessage(call, context, Number(messageId), text, buttons),

    find: (context, text, buttons) =>
      findMessage(call, bot, context, (id) => editMessage(call, context, id, text, buttons)),

    findsByElimination: true,

    latest: (context) => latest.farAfter(context),

    sendFile: (context, file) => sendTelegramFile(call, bot, context, file),

    async typing({ conversation, signal }) {
      const { chatId, threadId } = placeOf(conversation);
      const target = { chat_id: chatId, ...(threadId !== undefined && { message_thread_id: threadId }) };
      const action = { ...target, action: 'typing' } as const;
      // Only a nicety: nothing depends on it.
      await call('sendChatAction', (api, abort) => api.sendChatAction(action, abort), signal).catch(() => {});
    },
  };
}
