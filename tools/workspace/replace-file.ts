import { createHash } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Replacement {
  content: string;
  /** Permission bits; the process's usual ones if not given. */
  mode?: number;
  /** Names the file that it is prepared in, so that a run after a death uses and removes the same. */
  key: string;
  signal: AbortSignal;
  /** Called right before it acts; what it throws prevents that. */
  check?(): Promise<void>;
}

/** Gives a file a new content: at any instant it has the old one or the new one, whole. */
export async function replaceFile(file: string, replacement: Replacement): Promise<void> {
  const { content, mode, key, signal, check } = replacement;
  const hash = createHash('sha256').update(`${key} ${file}`).digest('hex').slice(0, 16);
  const prepared = path.join(path.dirname(file), `.holdfast-${hash}`);
  try {
    await writeFile(prepared, content, { flush: true, ...(mode === undefined ? {} : { mode }) });
    // The umask takes from the mode of a new file.
    if (mode !== undefined) await chmod(prepared, mode);
    await check?.();
    signal.throwIfAborted();
    await rename(prepared, file);
  } catch (error) {
    await rm(prepared, { force: true });
    throw error;
  }
}
