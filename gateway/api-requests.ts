import { z } from 'zod';
import { MAX_EVENT_ID } from '../contract/message.ts';

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

export const filterSchema = z.object({
  platform: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be a platform name')
    .optional(),
  status: z.enum(['idle', 'running', 'awaiting-approval']).optional(),
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
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
