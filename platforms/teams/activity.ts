import { z } from 'zod';

const account = z.object({
  id: z.string(),
  name: z.string().optional(),
  aadObjectId: z.string().optional(),
  role: z.string().optional(),
});

const attachment = z.object({
  contentType: z.string(),
  contentUrl: z.string().optional(),
  name: z.string().optional(),
  /** An object, or HTML. */
  content: z.unknown().optional(),
});

const entity = z.object({ type: z.string(), mentioned: account.partial().optional() });

/** What we read of an activity of the Bot Framework. */
export const activity = z.object({
  type: z.string(),
  id: z.string().optional(),
  timestamp: z.string().optional(),
  channelId: z.string().optional(),
  serviceUrl: z.string(),
  from: account.optional(),
  recipient: account.optional(),
  conversation: z
    .object({
      id: z.string().min(1),
      /** `personal`, `groupChat` or `channel`. */
      conversationType: z.string().optional(),
      isGroup: z.boolean().nullish(),
      tenantId: z.string().optional(),
    })
    .optional(),
  text: z.string().nullish(),
  textFormat: z.string().nullish(),
  attachments: z.array(attachment).nullish(),
  entities: z.array(entity).nullish(),
  replyToId: z.string().nullish(),
  /** Of a pressed button. */
  value: z.unknown().optional(),
  channelData: z
    .object({
      eventType: z.string().optional(),
      tenant: z.object({ id: z.string() }).optional(),
    })
    .nullish(),
});

export type Activity = z.output<typeof activity>;
export type ActivityAttachment = z.output<typeof attachment>;
