import { InputFile } from 'grammy';
import type { Receipt } from '../../contract/delivery.ts';
import type { NamedFile, OutboundContext } from '../platform.ts';
import { type CallTelegram, TelegramRefused } from './api.ts';
import type { Bot } from './bot.ts';
import { placeOf } from './conversation.ts';
import { findMessage } from './find.ts';
import { targetOf } from './target.ts';

/** What Telegram shows as a picture, up to 10 MB; everything else is sent as a document. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp']);
const LARGEST_PICTURE = 10 * 1024 * 1024;
/** What Telegram says of a picture that it shows only as a document: too long and thin, or broken. */
const NO_PICTURE = /PHOTO_[A-Z_]*INVALID|IMAGE_PROCESS_FAILED/i;

/** Sends a file, or finds the one that was sent: only a message with a file has a caption that can be edited. */
export async function sendTelegramFile(
  call: CallTelegram,
  bot: Bot,
  context: OutboundContext,
  { name, mediaType, bytes }: NamedFile,
): Promise<Receipt> {
  const { conversation, signal } = context;
  const { chatId } = placeOf(conversation);
  const found =
    context.inDoubt &&
    (await findMessage(call, bot, context, (id) =>
      call(
        'editMessageCaption',
        (api, abort) => api.editMessageCaption({ chat_id: chatId, message_id: id, caption: '' }, abort),
        signal,
      ),
    ));
  if (found) return found;

  const target = targetOf(context);
  const file = new InputFile(bytes, name);
  const sendDocument = () =>
    call('sendDocument', (api, abort) => api.sendDocument({ ...target, document: file }, abort), signal);
  const isPicture = PICTURES.has(mediaType) && bytes.length <= LARGEST_PICTURE;
  const sent = isPicture
    ? await call('sendPhoto', (api, abort) => api.sendPhoto({ ...target, photo: file }, abort), signal).catch(
        (error: unknown) => {
          if (error instanceof TelegramRefused && NO_PICTURE.test(error.reason)) return sendDocument();
          throw error;
        },
      )
    : await sendDocument();
  return { messageId: String(sent.message_id) };
}
