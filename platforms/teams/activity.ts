import { z } from 'zod';

/** Services write `null` for what there is none of. */
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

const account = z.object({
  id: z.string(),
  name: optionalText,
  aadObjectId: optionalText,
  role: optionalText,
});

const attachment = z.object({
  contentType: z.string(),
  contentUrl: optionalText,
  name: optionalText,
  /** An object, or HTML. */
  content: z.unknown().optional(),
});

const entity = z.object({
  type: z.string(),
  mentioned: account.partial().nullish(),
  quotedReply: z.object({ preview: optionalText }).nullish(),
});

/** What we read of an activity of the Bot Framework. */
export const activity = z.object({
  type: z.string(),
  id: optionalText,
  timestamp: optionalText,
  channelId: optionalText,
  serviceUrl: z.string(),
  from: account.optional(),
  recipient: account.optional(),
  conversation: z
    .object({
      id: z.string().min(1),
      /** `personal`, `groupChat` or `channel`. */
      conversationType: optionalText,
      isGroup: z.boolean().nullish(),
      tenantId: optionalText,
    })
    .optional(),
  text: optionalText,
  textFormat: optionalText,
  attachments: z.array(attachment).nullish(),
  entities: z.array(entity).nullish(),
  replyToId: optionalText,
  /** Of a pressed button. */
  value: z.unknown().optional(),
  channelData: z.object({ tenant: z.object({ id: z.string() }).nullish() }).nullish(),
});

export type Activity = z.output<typeof activity>;
export type ActivityAttachment = z.output<typeof attachment>;
