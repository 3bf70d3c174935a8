import { z } from 'zod';
import type { Resource } from './resource.ts';

const element = z.looseObject({
  tag: z.string(),
  text: z.string().optional(),
  href: z.string().optional(),
  user_id: z.string().optional(),
  user_name: z.string().optional(),
  image_key: z.string().optional(),
  file_key: z.string().optional(),
  emoji_type: z.string().optional(),
  language: z.string().optional(),
});
const lines = z.array(z.array(element));
/** A post has `content`; a card that is read back has `elements`. */
const document = z.object({
  title: z.string().nullish(),
  content: lines.optional(),
  elements: lines.optional(),
});

type Element = z.output<typeof element>;

/** The text of a post or card, mentions as `@_user_1`; and its images and videos. */
export function readRichText(content: unknown): { text: string; resources: Resource[] } {
  const { data } = document.safeParse(content);
  const paragraphs = data?.content ?? data?.elements ?? [];
  const said = paragraphs.map((line) => line.map(textOf).join(''));
  return {
    text: [data?.title ?? '', ...said].join('\n').trim(),
    resources: paragraphs.flat().flatMap(resourceOf),
  };
}

function textOf({ tag, text = '', href, ...more }: Element): string {
  switch (tag) {
    case 'a':
      return href === undefined || href === text ? text : `[${text}](${href})`;
    case 'at':
      // In a post it is the key of a mention; read back from a card, a name.
      return more.user_id?.startsWith('@') ? more.user_id : `@${more.user_name ?? ''}`;
    case 'emotion':
      return `:${more.emoji_type ?? ''}:`;
    case 'code_block':
      return `\`\`\`${more.language?.toLowerCase() ?? ''}\n${text.replace(/\n$/, '')}\n\`\`\``;
    case 'hr':
      return '---';
    default:
      return text;
  }
}

function resourceOf({ tag, image_key: image, file_key: file }: Element): Resource[] {
  if (tag === 'img' && image) return [{ kind: 'image', key: image }];
  if (tag === 'media' && file) return [{ kind: 'video', key: file }];
  return [];
}
