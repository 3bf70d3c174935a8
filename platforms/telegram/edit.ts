import { type CallTelegram, TelegramRefused } from './api.ts';
import { NO_PREVIEW, withMarkup } from './markup.ts';

/** Makes a message of ours show this text. Succeeds if it already does. */
export async function editMessage(
  call: CallTelegram,
  chatId: number,
  messageId: number,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const target = { chat_id: chatId, message_id: messageId, ...NO_PREVIEW };
  try {
    await withMarkup(text, (markup) =>
      call('editMessageText', (api, abort) => api.editMessageText({ ...target, ...markup }, abort), signal),
    );
  } catch (error) {
    if (!(error instanceof TelegramRefused && error.reason.includes('message is not modified'))) throw error;
  }
}
