import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';

/** Not entered on the way: they are large, and seldom what is looked for. */
export const SKIPPED = ['.git', 'node_modules'];

/**
 * The files below a folder, depth first and by name, as paths relative to it. Symbolic links are not followed, and folders that
 * may not be read are passed by.
 */
export function* filesBelow(folder: string, within = ''): Generator<string> {
  for (const entry of entriesOf(path.join(folder, within))) {
    const relative = path.posix.join(within, entry.name);
    if (entry.isFile()) yield relative;
    else if (entry.isDirectory() && !SKIPPED.includes(entry.name)) yield* filesBelow(folder, relative);
  }
}

/** What is in a folder, by name; nothing if it may not be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
