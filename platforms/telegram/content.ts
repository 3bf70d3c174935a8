import { z } from 'zod';
import { attachmentsOf } from './attachments.ts';
import type { TelegramEntity, TelegramMessage } from './update.ts';

const location = z
  .object({ latitude: z.number(), longitude: z.number() })
  .transform(({ latitude, longitude }) => `${latitude}, ${longitude}`);

/** What a message may hold that is neither text nor a file, by its field; and what is told of it. */
const THINGS: Record<string, { name: string; detail?: z.ZodType<string> }> = {
  checklist: { name: 'checklist' },
  contact: {
    name: 'contact',
    detail: z
      .object({ first_name: z.string(), last_name: z.string().default(''), phone_number: z.string() })
      .transform((one) => `${`${one.first_name} ${one.last_name}`.trim()}, ${one.phone_number}`),
  },
  dice: {
    name: 'dice',
    detail: z
      .object({ emoji: z.string(), value: z.number() })
      .transform(({ emoji, value }) => `${emoji} ${value}`),
  },
  live_photo: { name: 'live photo' },
  paid_media: { name: 'paid media' },
  poll: {
    name: 'poll',
    detail: z
      .object({ question: z.string(), options: z.array(z.object({ text: z.string() })) })
      .transform(({ question, options }) => `${question} ${options.map(({ text }) => text).join(' / ')}`),
  },
  sticker: { name: 'sticker' },
  story: { name: 'story' },
  venue: {
    name: 'venue',
    detail: z
      .object({ title: z.string(), address: z.string(), location })
      .transform(({ title, address, location: where }) => `${title}, ${address} (${where})`),
  },
  // A venue has one too.
  location: { name: 'location', detail: location },
};

export interface Content {
  text: string;
  entities: TelegramEntity[];
}

/** What a message says: its text, its caption, or a note like `[location 52.5, 13.4]`. Undefined for "joined the group" and the like. */
export function contentOf(message: TelegramMessage): Content | undefined {
  if (message.text) return { text: message.text, entities: message.entities ?? [] };
  if (message.caption) return { text: message.caption, entities: message.caption_entities ?? [] };
  if (attachmentsOf(message).length > 0) return { text: '', entities: [] };
  const [field, thing] = Object.entries(THINGS).find(([name]) => message[name] !== undefined) ?? [];
  if (field === undefined || !thing) return undefined;
  const detail = thing.detail?.safeParse(message[field]).data;
  return { text: detail ? `[${thing.name} ${detail}]` : `[${thing.name}]`, entities: [] };
}
