import path from 'node:path';
import { z } from 'zod';
import { MAX_INLINE_FILES } from '../contract/delivery.ts';
import { defineTool } from './define-tool.ts';
import { ToolError } from './tool.ts';

const MEDIA_TYPES: Record<string, string> = {
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  html: 'text/html',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  json: 'application/json',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  svg: 'image/svg+xml',
};

/** Sends a text file with the reply. */
export const attachFile = defineTool({
  name: 'attach_file',
  description: 'Send the user a text file with your reply, for instance a table, a document or code.',
  input: z.object({
    name: z.string().trim().min(1).max(100).describe('with its extension, such as results.csv'),
    content: z.string().min(1).describe('the whole text of the file'),
  }),
  effect: 'read',
  timeoutMs: 5_000,
  run({ name, content }, { attach }) {
    const data = Buffer.from(content);
    if (data.length > MAX_INLINE_FILES)
      throw new ToolError(`the file is too long: at most ${MAX_INLINE_FILES / 1024} KB; shorten it`);
    const extension = path.extname(name).slice(1).toLowerCase();
    attach({ name, mediaType: MEDIA_TYPES[extension] ?? 'text/plain', data });
    return `${name} will be sent with your reply.`;
  },
});
