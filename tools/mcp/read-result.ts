import { type ContentBlock, ContentBlockSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { type ToolContext, ToolError } from '../tool.ts';

/** Lenient, because the tool has acted: one part that cannot be read must not hide the rest. */
export const callResult = z.looseObject({
  content: z.array(z.unknown()).catch([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional().catch(undefined),
});

const EXTENSIONS: Record<string, string> = { mpeg: 'mp3', 'svg+xml': 'svg', plain: 'txt' };

/** What the model reads of a result; files go out with the reply where they fit. Throws {@link ToolError} for an error's. */
export function readResult(
  { content, structuredContent, isError }: z.output<typeof callResult>,
  attach: ToolContext['attach'],
): string {
  const blocks = content.map((part) => ContentBlockSchema.safeParse(part).data ?? typeIn(part));
  if (isError) throw new ToolError(textsOf(blocks).join('\n') || 'the tool failed without a word');
  const lines = blocks.map((block, index) => lineOf(block, index + 1, attach));
  if (structuredContent !== undefined && textsOf(blocks).length === 0)
    lines.push(JSON.stringify(structuredContent, null, 1));
  return lines.join('\n');
}

/** The type of content that we do not know. */
function typeIn(part: unknown): string {
  const type = typeof part === 'object' && part !== null && 'type' in part ? part.type : undefined;
  return typeof type === 'string' ? type.slice(0, 50) : 'unknown';
}

function textsOf(blocks: (ContentBlock | string)[]): string[] {
  return blocks.flatMap((block) => (typeof block !== 'string' && block.type === 'text' ? [block.text] : []));
}

function lineOf(block: ContentBlock | string, number: number, attach: ToolContext['attach']): string {
  if (typeof block === 'string') return `(content of the type "${block}", which cannot be shown)`;
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return attached(`${block.type}-${number}`, block.mimeType, block.data, attach);
    case 'resource_link':
      return `${block.title ?? block.name}: ${block.uri}`;
    case 'resource': {
      const { resource } = block;
      if ('text' in resource) return `${resource.uri}\n${resource.text}`;
      return attached(nameIn(resource.uri, number), resource.mimeType, resource.blob, attach);
    }
  }
}

function attached(
  title: string,
  mediaType: string | undefined,
  base64: string,
  attach: ToolContext['attach'],
): string {
  const type = mediaType?.split(';')[0]?.trim() ?? 'application/octet-stream';
  const name = title.includes('.') ? title : `${title}.${extensionOf(type)}`;
  const data = Buffer.from(base64, 'base64');
  try {
    attach({ name, mediaType: type, data });
    return `(${name} will be sent with your reply)`;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return `(${name}, ${type}, ${Math.ceil(data.length / 1024)} KB, cannot be sent: ${error.message})`;
  }
}

function extensionOf(type: string): string {
  const subtype = type.split('/')[1] ?? 'bin';
  return EXTENSIONS[subtype] ?? subtype.replace(/^x-|\+.*$/g, '');
}

function nameIn(uri: string, number: number): string {
  const last = uri
    .replace(/[?#].*$/s, '')
    .split('/')
    .at(-1)
    ?.replace(/[\\\p{Cc}]/gu, '_')
    .slice(-100);
  return last || `file-${number}`;
}
