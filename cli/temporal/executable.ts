import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Whether a path is a file that may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first executable of this name in a PATH; undefined if there is none. */
export function onPath(name: string, searchPath = ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((directory) => path.resolve(directory, name))
    .find(isExecutable);
}
