import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** One text of a source file in place of another, which must be there exactly once. */
export interface Change {
  file: string;
  from: string;
  to: string;
}

const NOT_COPIED = new Set(['node_modules', '.git', '.holdfast']);

/** The root of a copy of the project in which these texts are changed: another version of it, or one with a fault. */
export async function changedBuild(scratch: string, changes: Change[]): Promise<string> {
  const root = await mkdtemp(path.join(scratch, 'build-'));
  await cp(PROJECT, root, {
    recursive: true,
    filter: (source) => !NOT_COPIED.has(path.basename(source)),
  });
  await symlink(path.join(PROJECT, 'node_modules'), path.join(root, 'node_modules'));
  for (const { file, from, to } of changes) {
    const source = path.join(root, file);
    const parts = (await readFile(source, 'utf8')).split(from);
    if (parts.length !== 2) throw new Error(`${parts.length - 1} times in ${file}, not once: ${from}`);
    await writeFile(source, parts.join(to));
  }
  return root;
}
