import type { Button } from '../../contract/delivery.ts';
import type { OutboundContext } from '../platform.ts';
import { type CallTelegram, TelegramRefused } from './api.ts';
import { keyboard } from './buttons.ts';
import { placeOf } from './conversation.ts';
import { NO_PREVIEW, withMarkup } from './markup.ts';

/** Makes a message of ours show this text and these buttons. Succeeds if it already does. */
export async function editMessage(
  call: CallTelegram,
  { conversation, signal }: Pick<OutboundContext, 'conversation' | 'signal'>,
  messageId: number,
  text: string,
  buttons?: readonly Button[],
): Promise<void> {
  const { chatId } = placeOf(conversation);
  const target = { chat_id: chatId, message_id: messageId, ...NO_PREVIEW, ...keyboard(buttons) };
  try {
    await withMarkup(text, (markup) =>
      call('editMessageText', (api, abort) => api.editMessageText({ ...target, ...markup }, abort), signal),
    );
  } catch (error) {
    if (!(error instanceof TelegramRefused && error.reason.includes('message is not modified'))) throw error;
  }
}
