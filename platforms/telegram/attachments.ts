import type { Attachment } from '../../contract/message.ts';
import { download, tooLarge } from '../download.ts';
import { kindOf } from '../media-kind.ts';
import { AttachmentUnavailable, type FetchOptions, type FileContent } from '../platform.ts';
import { type CallTelegram, type TelegramAccess, TelegramRefused } from './api.ts';
import type { TelegramContent, TelegramFile } from './update.ts';

/** The files of a message: one at most, as Telegram sends each of an album as a message of its own. */
export function attachmentsOf(message: TelegramContent): Attachment[] {
  const { photo, voice, audio, video, video_note: round, animation, document, sticker } = message;
  // The largest size comes last.
  const largest = photo?.at(-1);
  if (largest) return [attachment('image', largest, 'image/jpeg')];
  if (voice) return [attachment('audio', voice, 'audio/ogg')];
  if (audio) return [attachment('audio', audio)];
  if (video ?? round) return [attachment('video', (video ?? round) as TelegramFile, 'video/mp4')];
  // An animation comes as a document too.
  if (animation) return [attachment('video', animation, 'video/mp4')];
  if (document) return [attachment(kindOf(document.mime_type), document)];
  if (sticker && !sticker.is_animated && !sticker.is_video)
    return [attachment('image', sticker, 'image/webp')];
  return [];
}

function attachment(kind: Attachment['kind'], file: TelegramFile, usual?: string): Attachment {
  const mediaType = file.mime_type ?? usual;
  return {
    kind,
    ref: file.file_id,
    ...(mediaType && { mediaType }),
    ...(file.file_name && { name: file.file_name }),
    ...(file.file_size !== undefined && { bytes: file.file_size }),
  };
}

/** The Bot API gives files of up to 20 MB. */
export async function fetchTelegramFile(
  call: CallTelegram,
  { botToken, apiBaseUrl }: TelegramAccess,
  { ref, mediaType }: Attachment,
  { maxBytes, signal }: FetchOptions,
): Promise<FileContent> {
  const file = await call('getFile', (api, abort) => api.getFile({ file_id: ref }, abort), signal).catch(
    (error: unknown) => {
      if (error instanceof TelegramRefused) throw new AttachmentUnavailable(error.reason);
      throw error;
    },
  );
  if (file.file_path === undefined) throw new AttachmentUnavailable('Telegram does not give it');
  if ((file.file_size ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const url = `${apiBaseUrl}/file/bot${botToken}/${file.file_path}`;
  return download({ what: 'Telegram: file', url, maxBytes, signal, mediaType });
}
