import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import type { Approval, Tool } from '../tool.ts';
import { fileError } from './file-error.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { regularFile } from './regular-file.ts';
import { replaceFile } from './replace-file.ts';
import type { Workspace } from './workspace.ts';

export interface WriteInput {
  path: string;
  content: string;
}

/** Writes a whole file. Twice the same leaves what once does. */
export function writeFile(workspace: Workspace, approval: Approval<WriteInput>): Tool {
  return defineTool<WriteInput>({
    name: 'write_file',
    description:
      'Write a text file in the workspace folder: the whole content, in place of what was there. Folders are made as needed.',
    input: z.object({
      path: z.string().min(1).max(1000).describe('relative to the workspace folder'),
      content: z.string().max(500_000).describe('the whole text of the file'),
    }),
    effect: 'idempotent',
    approval,
    timeoutMs: 30_000,
    async run({ path: name, content }, { idempotencyKey: key, signal }) {
      const file = await workspace.locate(name);
      await oneAtATime(file, async () => {
        const before = await regularFile(file, name);
        try {
          await mkdir(path.dirname(file), { recursive: true });
          await replaceFile(file, { content, key, signal, ...(before ? { mode: before.mode & 0o777 } : {}) });
        } catch (error) {
          throw fileError(error, name);
        }
      });
      return `Wrote ${Buffer.byteLength(content)} bytes to ${name}.`;
    },
  });
}
