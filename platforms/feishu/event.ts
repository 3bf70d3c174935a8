import { z } from 'zod';

/** What every request has: an event (or card callback) with a header, or the verification of the address. */
export const envelope = z.looseObject({
  type: z.string().optional(),
  challenge: z.string().optional(),
  header: z.looseObject({ event_type: z.string() }).optional(),
});

const mention = z.object({
  /** `@_user_1`: what stands for it in the text. */
  key: z.string(),
  id: z.object({ open_id: z.string().optional() }),
  name: z.string(),
});

/** `im.message.receive_v1` */
export const received = z.object({
  event: z.object({
    sender: z.object({
      sender_id: z
        .object({ open_id: z.string().optional() })
        .nullish()
        .transform((id) => id ?? {}),
      sender_type: z.string(),
    }),
    message: z.object({
      message_id: z.string(),
      /** The message that it answers; in a thread always the first one. */
      parent_id: z.string().optional(),
      chat_id: z.string(),
      thread_id: z.string().optional(),
      chat_type: z.string(),
      /** Milliseconds. */
      create_time: z.string().optional(),
      message_type: z.string(),
      /** JSON. */
      content: z.string(),
      mentions: z.array(mention).nullish(),
    }),
  }),
});

/** `im.message.recalled_v1` */
export const recalled = z.object({
  event: z.object({ message_id: z.string(), chat_id: z.string(), recall_time: z.string().optional() }),
});

/** `card.action.trigger` */
export const pressed = z.object({
  header: z.object({ event_id: z.string(), create_time: z.string().optional() }),
  event: z.object({
    operator: z.object({ open_id: z.string() }),
    action: z.object({ value: z.unknown() }),
    context: z.object({ open_message_id: z.string(), open_chat_id: z.string() }),
  }),
});

/** What a button of ours sends back. */
export const pressedValue = z.object({
  text: z.string().min(1),
  thread: z.string().optional(),
  /** Id of the chat that it was shown in, if that is one of two: a card may be forwarded to another. */
  direct: z.string().optional(),
});

export type FeishuMessage = z.output<typeof received>['event']['message'];
export type FeishuMention = z.output<typeof mention>;
export type PressedValue = z.output<typeof pressedValue>;
