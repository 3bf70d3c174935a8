import { z } from 'zod';

/** What cannot be read is as if it were missing: refused, it would hold up what came with it for days. */
function readable<T extends z.ZodType>(shape: T) {
  return shape.optional().catch(undefined);
}

const file = z.object({
  id: z.string().min(1),
  mime_type: z.string().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
  animated: z.boolean().optional(),
});

const choice = z.object({ id: z.string().optional(), title: z.string().optional() });

/** What a message holds, by its type. */
const content = z.object({
  type: z.string(),
  text: readable(z.object({ body: z.string() })),
  image: readable(file),
  audio: readable(file),
  video: readable(file),
  document: readable(file),
  sticker: readable(file),
  location: readable(
    z.object({
      latitude: z.number(),
      longitude: z.number(),
      name: z.string().optional(),
      address: z.string().optional(),
    }),
  ),
  contacts: readable(
    z.array(
      z.object({
        name: z.object({ formatted_name: z.string().optional() }).optional(),
        phones: z.array(z.object({ phone: z.string().optional() })).optional(),
      }),
    ),
  ),
  /** A quick-reply button of a template. */
  button: readable(z.object({ payload: z.string().optional(), text: z.string().optional() })),
  interactive: readable(z.object({ button_reply: choice.optional(), list_reply: choice.optional() })),
});

const message = content.extend({
  id: z.string().min(1),
  /** Seconds. */
  timestamp: z.coerce.number(),
  /** Phone number of the sender; missing for those who hide it behind a user name. */
  from: z.string().optional(),
  /** Business-scoped user id of the sender, which is never hidden. */
  from_user_id: z.string().optional(),
  group_id: z.string().optional(),
  /** The message that this one replies to, and who wrote it. */
  context: readable(z.object({ from: z.string().optional() })),
  edit: readable(z.object({ original_message_id: z.string(), message: content })),
  revoke: readable(z.object({ original_message_id: z.string() })),
});

const contact = z.object({
  wa_id: z.string().optional(),
  user_id: z.string().optional(),
  profile: z.object({ name: z.string().optional() }).optional(),
});

/** What became of a message of ours. */
const status = z.object({
  id: z.string(),
  status: z.string(),
  errors: z.array(z.object({ code: z.int(), title: z.string().optional() })).default([]),
});

const messagesChange = z.object({
  value: z.object({
    metadata: z.object({ display_phone_number: z.string().optional(), phone_number_id: z.string() }),
    contacts: z.array(contact).default([]).catch([]),
    /** Missing where the change is the status of a message of ours. */
    messages: z.array(message).default([]),
    statuses: z.array(status).default([]).catch([]),
  }),
});

/** Changes of other fields are not read. */
const changes = z
  .array(z.looseObject({ field: z.string() }))
  .default([])
  .transform((all): unknown => all.filter(({ field }) => field === 'messages'))
  .pipe(z.array(messagesChange));

/** What we read of a webhook request: several entries, each with several changes, each with several messages. */
export const webhookBody = z.object({
  object: z.string(),
  entry: z.array(z.object({ changes })),
});

export type WhatsAppBody = z.output<typeof webhookBody>;
export type WhatsAppChange = z.output<typeof messagesChange>['value'];
export type WhatsAppContent = z.output<typeof content>;
export type WhatsAppMessage = z.output<typeof message>;
