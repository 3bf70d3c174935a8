import { attachmentsOf } from './attachments.ts';
import type { TelegramEntity, TelegramMessage } from './update.ts';

/** What a message may hold that is neither text nor a file, by its field. */
const THINGS = {
  checklist: 'checklist',
  contact: 'contact',
  dice: 'dice',
  live_photo: 'live photo',
  paid_media: 'paid media',
  poll: 'poll',
  sticker: 'sticker',
  story: 'story',
  venue: 'venue',
  location: 'location',
};

export interface Content {
  text: string;
  entities: TelegramEntity[];
}

/** What a message says: its text, its caption, or a note like `[poll]`. Undefined for "joined the group" and the like. */
export function contentOf(message: TelegramMessage): Content | undefined {
  if (message.text) return { text: message.text, entities: message.entities ?? [] };
  if (message.caption) return { text: message.caption, entities: message.caption_entities ?? [] };
  if (attachmentsOf(message).length > 0) return { text: '', entities: [] };
  const thing = Object.entries(THINGS).find(([field]) => message[field] !== undefined);
  return thing && { text: `[${thing[1]}]`, entities: [] };
}
