import { z } from 'zod';

/** Ids are times, and are compared as numbers. */
const snowflake = z.string().regex(/^\d{1,20}$/);

export const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});

export const attachment = z.object({
  id: snowflake,
  filename: z.string(),
  size: z.int().optional(),
  content_type: z.string().nullish(),
  url: z.string(),
});

const content = {
  content: z.string(),
  attachments: z.array(attachment),
  sticker_items: z.array(z.object({ name: z.string() })).optional(),
  poll: z.object({ question: z.looseObject({ text: z.string().optional() }) }).optional(),
};

/** What we read of a message. */
export const message = z.object({
  ...content,
  id: snowflake,
  channel_id: snowflake,
  /** Not on messages that are read from the API. */
  guild_id: z.string().optional(),
  type: z.int(),
  author: user,
  member: z.looseObject({ nick: z.string().nullish() }).optional(),
  webhook_id: z.string().optional(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullish(),
  mentions: z.array(user),
  referenced_message: z
    .looseObject({ content: z.string().optional(), author: z.looseObject({ id: z.string() }).optional() })
    .nullish(),
  /** What was forwarded. */
  message_snapshots: z.array(z.object({ message: z.object(content).partial() })).optional(),
});

/** What we read of messages that were deleted, one or many. */
export const deletion = z.object({
  id: snowflake.optional(),
  ids: z.array(snowflake).optional(),
  channel_id: snowflake,
  guild_id: z.string().optional(),
});

export type DiscordUser = z.output<typeof user>;
export type DiscordAttachment = z.output<typeof attachment>;
export type DiscordMessage = z.output<typeof message>;
