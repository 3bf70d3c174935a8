import { execFileSync } from 'node:child_process';

/** Pids of the processes of a group; without those that have ended and that nobody has asked about yet. */
export function groupMembers(leader: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=']).toString().trim().split('\n');
  return lines.flatMap((line) => {
    const [pid, group, state] = line.trim().split(/\s+/);
    return Number(group) === leader && !state?.startsWith('Z') ? [Number(pid)] : [];
  });
}
