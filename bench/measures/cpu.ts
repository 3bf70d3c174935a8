import { familyOf } from './family.ts';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** CPU time that these processes and their children have used so far, in ms. */
export async function cpuMs(pids: readonly number[]): Promise<number> {
  const family = await familyOf(pids);
  return family.reduce((sum, { fields }) => sum + Number(fields[11]) + Number(fields[12]), 0) * TICK_MS;
}
