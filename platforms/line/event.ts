import { z } from 'zod';

const mentionee = z.object({
  /** UTF-16 units. */
  index: z.int(),
  length: z.int(),
  /** Set where the bot is the one mentioned. */
  isSelf: z.boolean().optional(),
});

const message = z.object({
  id: z.string().min(1),
  type: z.string(),
  text: z.string().optional(),
  mention: z.object({ mentionees: z.array(mentionee) }).optional(),
  fileName: z.string().optional(),
  fileSize: z.int().optional(),
  /** `external`: at an address that an app of the sender's chose. */
  contentProvider: z.object({ type: z.string(), originalContentUrl: z.string().optional() }).optional(),
  title: z.string().optional(),
  address: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  /** Of a sticker. */
  keywords: z.array(z.string()).optional(),
});

const event = z.object({
  type: z.string(),
  /** `standby`: another module of the account answers. */
  mode: z.string().optional(),
  /** Milliseconds. */
  timestamp: z.number(),
  webhookEventId: z.string().min(1),
  source: z
    .object({
      userId: z.string().optional(),
      groupId: z.string().optional(),
      roomId: z.string().optional(),
    })
    .optional(),
  replyToken: z.string().optional(),
  // One that cannot be read is left out: refused, it would hold up the events that came with it.
  message: message.optional().catch(undefined),
  postback: z.object({ data: z.string() }).optional().catch(undefined),
  unsend: z.object({ messageId: z.string() }).optional().catch(undefined),
});

/** What we read of a webhook request; the console's verify button sends one without events. */
export const webhookBody = z.object({ events: z.array(event) });

export type LineEvent = z.output<typeof event>;
export type LineMessage = z.output<typeof message>;
