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

const file = z.object({
  file_id: z.string(),
  file_size: z.int().optional(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
});

/** Loose: other things that it may hold are told by their fields. */
const content = z.looseObject({
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(file).optional(),
  voice: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  document: file.optional(),
  sticker: file.extend({ is_animated: z.boolean(), is_video: z.boolean() }).optional(),
});

const message = content.extend({
  message_id: z.int(),
  /** Seconds; 0 of a message that is gone. */
  date: z.int(),
  edit_date: z.int().optional(),
  chat: z.object({ id: z.int(), type: z.string(), is_forum: z.boolean().optional() }),
  from: user.optional(),
  /** Set for anonymous administrators (the group itself) and for channels. */
  sender_chat: z.object({ id: z.int(), title: z.string().optional() }).optional(),
  is_automatic_forward: z.boolean().optional(),
  is_topic_message: z.boolean().optional(),
  message_thread_id: z.int().optional(),
  reply_to_message: content.extend({ from: z.object({ id: z.int() }).optional() }).optional(),
  /** The part of it that was chosen to be quoted. */
  quote: z.object({ text: z.string() }).optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
});

/** A button was pressed. */
const callbackQuery = z.object({
  id: z.string(),
  from: user,
  /** Only its chat and id, if it is gone. */
  message: message.optional(),
  data: z.string().optional(),
});

/** What we read of an update of the Bot API; every other kind of update has none of these messages. */
export const update = z.object({
  update_id: z.int(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: callbackQuery.optional(),
});

export type TelegramUpdate = z.output<typeof update>;
export type TelegramCallbackQuery = z.output<typeof callbackQuery>;
export type TelegramFile = z.output<typeof file>;
export type TelegramContent = z.output<typeof content>;
export type TelegramMessage = z.output<typeof message>;
export type TelegramEntity = z.output<typeof entity>;
