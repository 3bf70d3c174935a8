import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { type Approval, type Tool, ToolError } from '../tool.ts';
import { fileError } from './file-error.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { existingFile } from './regular-file.ts';
import { replaceFile } from './replace-file.ts';
import { replaceOnce, wasReplaced } from './replace-once.ts';
import type { Workspace } from './workspace.ts';

const MAX_BYTES = 2_000_000;

export interface EditInput {
  path: string;
  find: string;
  replace: string;
}

/**
 * Replaces the only occurrence of a text in a file. Doing it twice may change the file twice, so it is done once; what a lost
 * run did is read from the file, where the file can tell.
 */
export function editFile(workspace: Workspace, approval: Approval<EditInput>): Tool {
  return defineTool<EditInput>({
    name: 'edit_file',
    description:
      'Change a text file in the workspace folder: replace a text that is in it exactly once. Take enough of what is around ' +
      'it, exactly as it is in the file.',
    input: z
      .object({
        path: z.string().min(1).max(1000).describe('relative to the workspace folder'),
        find: z.string().min(1).max(100_000).describe('the text to replace; it must be there exactly once'),
        replace: z.string().max(100_000).describe('what to put in its place; may be empty'),
      })
      .refine(({ find, replace }) => find !== replace, 'find and replace are the same'),
    effect: 'once',
    approval,
    timeoutMs: 30_000,
    async run(input, { idempotencyKey: key, signal }) {
      const file = await workspace.locate(input.path);
      await oneAtATime(file, () => edit(file, input, key, signal));
      return `Edited ${input.path}.`;
    },
    async reconcile({ path: name, find, replace }) {
      const file = await workspace.locate(name);
      const acted = wasReplaced(await textOf(file, name), find, replace);
      return acted === true ? { acted, output: `Edited ${name}.` } : { acted };
    },
  });
}

async function edit(file: string, input: EditInput, key: string, signal: AbortSignal): Promise<void> {
  const { path: name, find, replace } = input;
  const before = await existingFile(file, name);
  const text = await textOf(file, name);
  const content = replaceOnce(text, find, replace);
  if (content === undefined) throw new ToolError(`${name}: ${whyNot(text, find)}`);
  const check = async () => {
    const now = await stat(file);
    if (now.ino !== before.ino || now.mtimeMs !== before.mtimeMs || now.size !== before.size)
      throw new ToolError(`${name} was changed by somebody else meanwhile and was not edited; read it again`);
  };
  try {
    await replaceFile(file, { content, mode: before.mode & 0o777, key, signal, check });
  } catch (error) {
    throw fileError(error, name);
  }
}

function whyNot(text: string, find: string): string {
  if (text.includes(find))
    return 'the text to replace is there more than once; take more of what is around it';
  const lineEnds = text.includes('\r\n') && /(?<!\r)\n/.test(find) ? ' (its lines end in \\r\\n)' : '';
  return `the text to replace is not in it${lineEnds}; read it and take the exact text`;
}

async function textOf(file: string, name: string): Promise<string> {
  const { size } = await existingFile(file, name);
  if (size > MAX_BYTES) throw new ToolError(`${name} is too large to edit: more than ${MAX_BYTES / 1e6} MB`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof TypeError) throw new ToolError(`${name} is not a text file (UTF-8)`);
    throw fileError(error, name);
  }
}
