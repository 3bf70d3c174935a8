import type { TelegramEntity, TelegramMessage } from './update.ts';

/** Attachments that a message may have instead of text, by their field. */
const ATTACHMENTS = {
  animation: 'animation',
  audio: 'audio',
  checklist: 'checklist',
  contact: 'contact',
  dice: 'dice',
  live_photo: 'live photo',
  paid_media: 'paid media',
  photo: 'photo',
  poll: 'poll',
  sticker: 'sticker',
  story: 'story',
  video: 'video',
  video_note: 'video message',
  venue: 'venue',
  location: 'location',
  voice: 'voice message',
  document: 'file',
};

export interface Content {
  text: string;
  entities: TelegramEntity[];
}

/** What a message says: its text, its caption, or a note like `[photo]`. Undefined for "joined the group" and the like. */
export function contentOf(message: TelegramMessage): Content | undefined {
  if (message.text) return { text: message.text, entities: message.entities ?? [] };
  if (message.caption) return { text: message.caption, entities: message.caption_entities ?? [] };
  const attachment = Object.entries(ATTACHMENTS).find(([field]) => message[field] !== undefined);
  return attachment && { text: `[${attachment[1]}]`, entities: [] };
}
