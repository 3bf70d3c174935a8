import { readdir, readFile } from 'node:fs/promises';

/** Linux tells of each process in /proc; figures that come from there are left out elsewhere. */
export const HAS_PROC = process.platform === 'linux';

/** A running process. `fields` are those of /proc/…/stat, from its state on. */
interface Member {
  pid: number;
  fields: string[];
}

/** These processes and their children. */
export async function familyOf(pids: readonly number[]): Promise<Member[]> {
  const members: Member[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (pids.includes(Number(name)) || pids.includes(Number(fields[1])))
      members.push({ pid: Number(name), fields });
  }
  return members;
}
