import { z } from 'zod';
import { PLAIN, renderDialect } from '../../../platforms/text/dialect.ts';
import { OpenApiError } from './error.ts';

const plainText = z.strictObject({ tag: z.literal('plain_text'), content: z.string() });
const button = z.strictObject({
  tag: z.literal('button'),
  text: z.strictObject({ tag: z.literal('plain_text'), content: z.string().max(100) }),
  behaviors: z.tuple([z.strictObject({ type: z.literal('callback'), value: z.looseObject({}) })]),
});
const element = z.discriminatedUnion('tag', [
  z.strictObject({ tag: z.literal('markdown'), content: z.string().min(1) }),
  z.strictObject({ tag: z.literal('div'), text: plainText }),
  z.strictObject({
    tag: z.literal('column_set'),
    flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']),
    columns: z.array(
      z.strictObject({
        tag: z.literal('column'),
        width: z.enum(['auto', 'weighted']),
        elements: z.array(button),
      }),
    ),
  }),
]);
/** Card JSON 2.0, as far as it is used: attributes that it does not know are an error. */
const card = z.strictObject({
  schema: z.literal('2.0'),
  config: z.strictObject({
    update_multi: z.literal(true),
    summary: z.strictObject({ content: z.string() }),
  }),
  body: z.strictObject({ elements: z.array(element).max(200) }),
});

const MOST_TABLES = 5;

export interface ShownCard {
  text: string;
  /** The markdown, if it has some. */
  markdown?: string;
  buttons: { label: string; value: Record<string, unknown> }[];
}

/** What people see of a card. Throws what the real API answers to one that is not right. */
export function readCard(content: unknown): ShownCard {
  const parsed = card.safeParse(content);
  if (!parsed.success) throw refused(200621, `parse card json err: ${parsed.error.issues[0]?.message}`);
  const { elements } = parsed.data.body;
  const texts = elements.flatMap((one) =>
    one.tag === 'markdown' ? [shown(one.content)] : one.tag === 'div' ? [one.text.content] : [],
  );
  const [markdown] = elements.flatMap((one) => (one.tag === 'markdown' ? [one.content] : []));
  const buttons = elements
    .flatMap((one) => (one.tag === 'column_set' ? one.columns : []))
    .flatMap((column) => column.elements)
    .map(({ text, behaviors: [{ value }] }) => ({ label: text.content, value }));
  return { text: texts.join('\n'), ...(markdown !== undefined && { markdown }), buttons };
}

function shown(markdown: string): string {
  const outsideCode = markdown.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$|`[^`\n]*`/gm, '');
  if (/<(at|person)\b/i.test(markdown))
    throw refused(100290, 'There is an invalid user resource(at/person) in your card');
  if ((outsideCode.match(/^\|?[\s:|-]*-{3}[\s:|-]*\|/gm)?.length ?? 0) > MOST_TABLES)
    throw refused(11310, 'card table number over limit');
  const text = (said: string) =>
    said.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  return renderDialect(markdown, { ...PLAIN, text });
}

function refused(code: number, reason: string): OpenApiError {
  return new OpenApiError(230099, `Failed to create card content, ext=ErrCode: ${code}; ErrMsg: ${reason}; `);
}
