import { readdir, readFile } from 'node:fs/promises';

/** Linux tells of each process in /proc; figures that come from there are left out elsewhere. */
export const HAS_PROC = process.platform === 'linux';

/** A running process. `fields` are those of /proc/…/stat, from its state on. */
interface Member {
  pid: number;
  fields: string[];
}

/** These processes and their children. Throws if one of them is gone: its part would be missing. */
export async function familyOf(pids: readonly number[]): Promise<Member[]> {
  const members: Member[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (pids.includes(Number(name)) || pids.includes(Number(fields[1])))
      members.push({ pid: Number(name), fields });
  }
  for (const pid of pids)
    if (!members.some((member) => member.pid === pid)) throw new Error(`the process ${pid} is gone`);
  return members;
}
