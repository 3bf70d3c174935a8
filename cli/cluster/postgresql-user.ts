import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../user-error.ts';

export interface SystemUser {
  uid: number;
  gid: number;
}

/** Whom PostgreSQL runs as where we are root, which it refuses to be; undefined: ourselves. Throws a UserError if there is nobody. */
export function postgresqlUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users) ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new UserError(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody": start as another user.',
  );
}

/** The first folder on the way to this path that the user may not enter. */
export function barrier(target: string, user: SystemUser | undefined): string | undefined {
  if (!user) return undefined;
  const steps: string[] = [];
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    steps.unshift(folder);
    if (folder === path.dirname(folder)) break;
  }
  return steps.find((folder) => !mayEnter(folder, user));
}

function mayEnter(folder: string, { uid, gid }: SystemUser): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return true;
  if (stat.uid === uid) return (stat.mode & 0o100) !== 0;
  return (stat.mode & (stat.gid === gid ? 0o010 : 0o001)) !== 0;
}

/** Lets the user through a folder of ours, and nobody else. */
export function letThrough(folder: string, user: SystemUser | undefined): void {
  if (!user || mayEnter(folder, user)) return;
  const { uid, mode } = statSync(folder);
  chownSync(folder, uid, user.gid);
  chmodSync(folder, (mode & 0o700) | 0o010);
}
