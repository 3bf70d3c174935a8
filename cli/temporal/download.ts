import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from '../run-tool.ts';
import { TEMPORAL_VERSION } from './cache.ts';
import type { FindOptions } from './find.ts';

const DOWNLOADER = fileURLToPath(new URL('./downloader.ts', import.meta.url));
/** A closed network may swallow packets without a word: no new bytes for this long is the end of it. */
const STALLED_MS = 30_000;

/** Downloads Temporal's command line into a folder, in a process of its own; returns the file. */
export async function downloadTemporal(
  directory: string,
  { env, terminal, stop, downloader = DOWNLOADER }: FindOptions,
): Promise<string> {
  const stalled = new AbortController();
  let bytes = 0;
  let lastGrowth = Date.now();
  const watch = setInterval(() => {
    const now = files(directory).reduce((sum, file) => sum + file.size, 0);
    if (now > bytes) lastGrowth = Date.now();
    bytes = now;
    terminal.progress(`Downloading Temporal's development server: ${Math.round(bytes / 1e6)} MB`);
    if (Date.now() - lastGrowth > STALLED_MS) stalled.abort();
  }, 1000);
  terminal.progress("Downloading Temporal's development server");
  try {
    await runTool(process.execPath, [downloader, directory, TEMPORAL_VERSION], {
      cwd: directory,
      env,
      stop: AbortSignal.any([stop, stalled.signal]),
    });
  } catch (error) {
    if (stalled.signal.aborted) throw new Error('no answer', { cause: error });
    throw error;
  } finally {
    clearInterval(watch);
    terminal.settle();
  }
  const largest = files(directory).toSorted((a, b) => b.size - a.size)[0];
  if (!largest) throw new Error('the download left no file');
  return largest.file;
}

function files(directory: string): { file: string; size: number }[] {
  return readdirSync(directory).flatMap((name) => {
    const file = path.join(directory, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ file, size: stat.size }] : [];
  });
}
