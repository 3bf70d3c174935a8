import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { type Tool, ToolError } from '../tool.ts';
import { fileError } from './file-error.ts';
import { type LineRange, pickLines } from './pick-lines.ts';
import { existingFile } from './regular-file.ts';
import type { Workspace } from './workspace.ts';

/** Reads a text file of the workspace, or some of its lines. */
export function readFile(workspace: Workspace): Tool {
  return defineTool({
    name: 'read_file',
    description: 'Read a text file of the workspace folder. A long one comes in parts, by its lines.',
    input: z.object({
      path: z.string().min(1).max(1000).describe('relative to the workspace folder'),
      fromLine: z.number().int().min(1).optional().describe('the first line to read; 1 if left out'),
      toLine: z.number().int().min(1).optional().describe('the last line to read'),
    }),
    effect: 'read',
    timeoutMs: 30_000,
    async run({ path: name, fromLine = 1, toLine = Infinity }, { signal }) {
      if (toLine < fromLine) throw new ToolError('toLine must not be less than fromLine');
      const file = await workspace.locate(name);
      await existingFile(file, name);
      return linesOf(file, name, { from: fromLine, to: toLine }, signal);
    },
  });
}

async function linesOf(file: string, name: string, range: LineRange, signal: AbortSignal): Promise<string> {
  try {
    return await pickLines(createReadStream(file, { signal }), range);
  } catch (error) {
    signal.throwIfAborted();
    // The decoder's word on bytes that are no UTF-8.
    if (error instanceof TypeError) throw new ToolError(`${name} is not a text file (UTF-8)`);
    throw fileError(error, name);
  }
}
