import { z } from 'zod';

const user = z.object({
  id: z.int(),
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
});

const entity = z.object({
  type: z.string(),
  /** UTF-16 units. */
  offset: z.int(),
  length: z.int(),
  user: z.object({ id: z.int() }).optional(),
});

/** Loose: its attachments are told by their fields. */
const message = z.looseObject({
  message_id: z.int(),
  /** Seconds. */
  date: z.int(),
  edit_date: z.int().optional(),
  chat: z.object({ id: z.int(), type: z.string() }),
  from: user.optional(),
  /** Set for anonymous administrators (the group itself) and for channels. */
  sender_chat: z.object({ id: z.int(), title: z.string().optional() }).optional(),
  is_automatic_forward: z.boolean().optional(),
  is_topic_message: z.boolean().optional(),
  message_thread_id: z.int().optional(),
  reply_to_message: z.looseObject({ from: z.object({ id: z.int() }).optional() }).optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
});

/** What we read of an update of the Bot API; every other kind of update has none of these messages. */
export const update = z.object({
  update_id: z.int(),
  message: message.optional(),
  edited_message: message.optional(),
});

export type TelegramUpdate = z.output<typeof update>;
export type TelegramMessage = z.output<typeof message>;
export type TelegramEntity = z.output<typeof entity>;
