import { z } from 'zod';
import { attachment, user } from './message.ts';

const option = z.looseObject({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** What we read of a request to the webhook: an interaction, or an event of Discord's Webhook Events. */
export const interaction = z.object({
  type: z.int(),
  /** Only events have it. */
  event: z.looseObject({}).optional(),
  id: z.string().optional(),
  token: z.string().optional(),
  channel_id: z.string().optional(),
  guild_id: z.string().optional(),
  /** In a server. */
  member: z.object({ user, nick: z.string().nullish() }).optional(),
  /** In a direct message. */
  user: user.optional(),
  data: z
    .looseObject({
      /** Of a command. */
      name: z.string().optional(),
      type: z.int().optional(),
      options: z.array(option).optional(),
      resolved: z.looseObject({ attachments: z.record(z.string(), attachment).optional() }).optional(),
      /** Of a button. */
      custom_id: z.string().optional(),
    })
    .optional(),
});

export type DiscordInteraction = z.output<typeof interaction>;
