import { readFile } from 'node:fs/promises';
import type { Summary } from './summary.ts';

const FILE = new URL('../results/report.json', import.meta.url);

/** What was measured last and committed; undefined if nothing was. */
export async function committed(): Promise<Summary | undefined> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as Summary;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
