import { readFile } from 'node:fs/promises';
import { familyOf } from './family.ts';

/**
 * Resident memory of these processes and their children, in bytes. What they share, as PostgreSQL's do, counts once: as much as the one
 * that has most of it. Of a process without children it is its RSS.
 */
export async function residentBytes(pids: readonly number[]): Promise<number> {
  let own = 0;
  let shared = 0;
  for (const { pid } of await familyOf(pids)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    own += kb('RssAnon');
    shared = Math.max(shared, kb('RssFile') + kb('RssShmem'));
  }
  return (own + shared) * 1024;
}
