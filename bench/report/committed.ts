import { readFile } from 'node:fs/promises';
import type { Server, Summary } from './summary.ts';

const FILES: Record<Server, URL> = {
  development: new URL('../results/report.json', import.meta.url),
  cluster: new URL('../results/cluster/report.json', import.meta.url),
};

/** What was measured last on this server and committed; undefined if nothing was. */
export async function committed(server: Server): Promise<Summary | undefined> {
  try {
    return JSON.parse(await readFile(FILES[server], 'utf8')) as Summary;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
