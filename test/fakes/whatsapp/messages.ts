import { z } from 'zod';

const media = { id: z.string().min(1) };
const caption = z.string().max(1024).optional();
const id = z
  .string()
  .min(1)
  .refine((value) => value.trim() === value, 'has spaces around it');

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id: id.max(256), title: z.string().min(1).max(20) }),
});
const row = z.strictObject({
  id: id.max(200),
  title: z.string().min(1).max(24),
  description: z.string().max(72).optional(),
});
const unique = (values: string[]) => new Set(values).size === values.length;

const interactive = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('button'),
    body: z.strictObject({ text: z.string().min(1).max(1024) }),
    action: z.strictObject({
      buttons: z
        .array(replyButton)
        .min(1)
        .max(3)
        .refine((all) => unique(all.map(({ reply }) => reply.id)), 'ids must be unique')
        .refine((all) => unique(all.map(({ reply }) => reply.title)), 'titles must be unique'),
    }),
  }),
  z.strictObject({
    type: z.literal('list'),
    body: z.strictObject({ text: z.string().min(1).max(4096) }),
    action: z.strictObject({
      button: z.string().min(1).max(20),
      sections: z
        .array(
          z.strictObject({ title: z.string().min(1).max(24).optional(), rows: z.array(row).min(1).max(10) }),
        )
        .min(1)
        .max(10)
        .refine((all) => all.length === 1 || all.every(({ title }) => title), 'sections need titles')
        .refine((all) => all.flatMap(({ rows }) => rows).length <= 10, 'at most 10 rows')
        .refine((all) => unique(all.flatMap(({ rows }) => rows.map((one) => one.id))), 'ids must be unique'),
    }),
  }),
]);

const base = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.enum(['individual', 'group']).default('individual'),
  to: z.string().min(1).optional(),
  /** A business-scoped user id. */
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\./)
    .optional(),
  context: z.strictObject({ message_id: z.string().min(1) }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
};

/** A message as the documentation has it: what it does not know is refused, as by the Cloud API. */
export const messageRequest = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...base,
      type: z.literal('text'),
      text: z.strictObject({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() }),
    }),
    z.strictObject({ ...base, type: z.literal('interactive'), interactive }),
    z.strictObject({ ...base, type: z.literal('image'), image: z.strictObject({ ...media, caption }) }),
    z.strictObject({ ...base, type: z.literal('video'), video: z.strictObject({ ...media, caption }) }),
    z.strictObject({ ...base, type: z.literal('audio'), audio: z.strictObject(media) }),
    z.strictObject({
      ...base,
      type: z.literal('document'),
      document: z.strictObject({ ...media, caption, filename: z.string().optional() }),
    }),
  ])
  .refine(({ to, recipient }) => to ?? recipient, { path: ['to'], message: 'is required' });

export const readRequest = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
  typing_indicator: z.strictObject({ type: z.literal('text') }).optional(),
});

export type MessageRequest = z.output<typeof messageRequest>;

/** What can be uploaded, with the most MB of it. */
export const UPLOADS: Record<string, number> = {
  'image/jpeg': 5,
  'image/png': 5,
  'audio/aac': 16,
  'audio/amr': 16,
  'audio/mp4': 16,
  'audio/mpeg': 16,
  'audio/ogg': 16,
  'video/3gpp': 16,
  'video/mp4': 16,
  'text/plain': 100,
  'application/pdf': 100,
};
