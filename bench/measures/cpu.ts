import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Figures of CPU time are left out elsewhere. */
export const TELLS_CPU = process.platform === 'linux';

/** CPU time that these processes and their children have used so far, in ms. */
export async function cpuMs(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!pids.includes(Number(name)) && !pids.includes(Number(parent))) continue;
    ticks += Number(fields[9]) + Number(fields[10]);
  }
  return ticks * TICK_MS;
}
