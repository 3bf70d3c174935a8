import { z } from 'zod';
import { REACHES } from '../contract/approval.ts';
import { MAX_EVENT_ID } from '../contract/message.ts';
import { MOST_LISTED } from './conversations.ts';

/** Longest `?wait`, in seconds. */
const LONGEST_WAIT = 300;

/** A message of the operator. */
export const messageSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(MAX_EVENT_ID)
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not have control characters')
      .optional()
      .meta({ description: 'Sent again with the same id, it is taken in once. A new one if not given.' }),
    text: z.string().refine((text) => text.trim() !== '', 'must not be empty'),
  })
  .meta({ id: 'NewMessage' });

/** What is done to a conversation without a text; its body may be left out. */
export const actionSchema = z.strictObject({ id: messageSchema.shape.id }).meta({ id: 'NewAction' });

export const decisionSchema = z
  .strictObject({
    ...actionSchema.shape,
    decision: z.enum(['approve', 'deny']),
    reach: z.enum(REACHES).optional().meta({
      description: 'How far an approval goes: this call, or all that it covers, here or everywhere.',
    }),
  })
  .refine(({ decision, reach }) => decision === 'approve' || reach === undefined, {
    path: ['reach'],
    message: 'goes with approve only',
  })
  .meta({ id: 'NewDecision' });

export const filterSchema = z.object({
  platform: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be a platform name')
    .optional(),
  status: z.enum(['idle', 'running', 'awaiting-approval']).optional(),
  sender: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "A part of a sender's name, id, or `{platform}:{id}`." }),
  limit: z.coerce.number<string>().int().min(1).max(MOST_LISTED).default(100),
});

export const waitSchema = z.coerce
  .number<string>()
  .min(0)
  .max(LONGEST_WAIT)
  .default(0)
  .meta({ description: 'Seconds to wait for the reply.' });

export const cursorSchema = z.coerce.number<string>().int().min(0).default(0).meta({
  description: 'Cursor: the durable events after this one are told. The header Last-Event-ID wins over it.',
});
