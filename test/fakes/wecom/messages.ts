import { z } from 'zod';

const flag = z.union([z.literal(0), z.literal(1)]);
const common = {
  touser: z.string().optional(),
  toparty: z.string().optional(),
  totag: z.string().optional(),
  agentid: z.int(),
  safe: flag.optional(),
  enable_id_trans: flag.optional(),
  enable_duplicate_check: flag.optional(),
  /** Seconds; at most four hours. */
  duplicate_check_interval: z.int().min(1).max(14_400).optional(),
};
const text = z.strictObject({ content: z.string() });
const media = z.strictObject({ media_id: z.string() });
const video = z.strictObject({
  media_id: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
});
const mainTitle = z.strictObject({ title: z.string().optional(), desc: z.string().optional() });
const card = z
  .strictObject({
    card_type: z.literal('button_interaction'),
    main_title: mainTitle.optional(),
    sub_title_text: z.string().optional(),
    task_id: z.string().regex(/^[\w@-]{1,128}$/),
    button_list: z
      .array(
        z.strictObject({
          type: flag.optional(),
          text: z.string().min(1),
          style: z.int().min(1).max(4).optional(),
          key: z.string().refine((key) => Buffer.byteLength(key) <= 1024),
        }),
      )
      .min(1)
      .max(6)
      .refine((buttons) => new Set(buttons.map(({ key }) => key)).size === buttons.length),
  })
  .refine((fields) => fields.main_title?.title || fields.sub_title_text, 'a title or a text is needed');

/** What `message/send` takes, by message type: of the vendor's types those that are sent here. */
export const SHAPES = {
  text: z.strictObject({ ...common, msgtype: z.literal('text'), text }),
  markdown: z.strictObject({ ...common, msgtype: z.literal('markdown'), markdown: text }),
  image: z.strictObject({ ...common, msgtype: z.literal('image'), image: media }),
  voice: z.strictObject({ ...common, msgtype: z.literal('voice'), voice: media }),
  video: z.strictObject({ ...common, msgtype: z.literal('video'), video }),
  file: z.strictObject({ ...common, msgtype: z.literal('file'), file: media }),
  template_card: z.strictObject({ ...common, msgtype: z.literal('template_card'), template_card: card }),
};

export type Message = z.output<(typeof SHAPES)[keyof typeof SHAPES]>;
export type Card = z.output<typeof card>;
