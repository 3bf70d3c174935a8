import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { type Tool, ToolError } from '../tool.ts';
import { fileError } from './file-error.ts';
import { lineMatcher } from './line-matcher.ts';
import { scan } from './scan.ts';
import { SKIPPED } from './walk.ts';
import type { Workspace } from './workspace.ts';

/** Finds lines in the text files of the workspace. */
export function searchFiles(workspace: Workspace): Tool {
  return defineTool({
    name: 'search_files',
    description:
      'Find lines in the text files of the workspace folder, at any depth ' +
      `(${SKIPPED.join(' and ')} are left out); gives path:line: text.`,
    input: z.object({
      text: z.string().min(1).max(500).describe('what a line must have in it'),
      regex: z.boolean().optional().describe('the text is a JavaScript regular expression'),
      ignoreCase: z.boolean().optional(),
      path: z
        .string()
        .max(1000)
        .optional()
        .describe('a folder or file, relative to the workspace folder; all of that if left out'),
      glob: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('only files that match, such as **/*.ts; relative to the folder'),
    }),
    effect: 'read',
    timeoutMs: 30_000,
    async run({ text, regex = false, ignoreCase = false, path: name = '.', glob }, { signal }) {
      const wanted = { text, isRegex: regex, ignoreCase };
      try {
        lineMatcher(wanted);
      } catch (error) {
        throw new ToolError((error as Error).message);
      }
      const place = await workspace.locate(name);
      await stat(place).catch((error: unknown) => {
        throw fileError(error, name);
      });
      const job = { place, root: await workspace.folder(), wanted, ...(glob === undefined ? {} : { glob }) };
      return scan(job, signal);
    },
  });
}
