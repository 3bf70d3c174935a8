import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import type { Tool } from '../tool.ts';
import { fileError } from './file-error.ts';
import { scan } from './scan.ts';
import { SKIPPED } from './walk.ts';
import type { Workspace } from './workspace.ts';

const MOST = 1_000;

/** Lists a folder of the workspace, or the files below it that a pattern matches. */
export function listFiles(workspace: Workspace): Tool {
  return defineTool({
    name: 'list_files',
    description:
      'List a folder of the workspace: its files, folders with / at their end, links with @. With a glob: all files at any ' +
      `depth below it that match (${SKIPPED.join(' and ')} are left out).`,
    input: z.object({
      path: z
        .string()
        .max(1000)
        .optional()
        .describe('the folder, relative to the workspace folder; that itself if left out'),
      glob: z.string().min(1).max(200).optional().describe('such as **/*.ts; relative to the folder'),
    }),
    effect: 'read',
    timeoutMs: 30_000,
    async run({ path: name = '.', glob }, { signal }) {
      const folder = await workspace.locate(name);
      const entries = await entriesOf(folder, name);
      if (glob !== undefined) return scan({ place: folder, root: await workspace.folder(), glob }, signal);
      if (entries.length === 0) return '(the folder is empty)';
      const rest = entries.length - MOST;
      return [...entries.slice(0, MOST), ...(rest > 0 ? [`[and ${rest} more; use a glob]`] : [])].join('\n');
    },
  });
}

async function entriesOf(folder: string, name: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .map(
        (entry) =>
          `${path.posix.join(name, entry.name)}${entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '@' : ''}`,
      )
      .sort();
  } catch (error) {
    throw fileError(error, name);
  }
}
