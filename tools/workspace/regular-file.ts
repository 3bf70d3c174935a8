import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ToolError } from '../tool.ts';
import { fileError } from './file-error.ts';

/** What is known of a file, undefined if there is none. Throws {@link ToolError} for what is no file: a pipe would be read for ever. */
export async function regularFile(file: string, name: string): Promise<Stats | undefined> {
  let stats: Stats;
  try {
    stats = await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, name);
  }
  if (stats.isDirectory()) throw new ToolError(`${name} is a folder`);
  if (!stats.isFile()) throw new ToolError(`${name} is no ordinary file`);
  return stats;
}

/** As {@link regularFile}, for a file that must be there. */
export async function existingFile(file: string, name: string): Promise<Stats> {
  const stats = await regularFile(file, name);
  if (!stats) throw new ToolError(`there is no file ${name}`);
  return stats;
}
