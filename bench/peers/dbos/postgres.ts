import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { onPath } from '../../../cli/temporal/executable.ts';
import { Child } from '../../../test/support/child.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { NotInstalled } from '../../system.ts';

/** A PostgreSQL server with its defaults, so that each commit is on disk. */
export interface Postgres {
  server: Child;
  /** Of a database that is created by who uses it first. */
  url: string;
}

/** Starts one on a data folder of its own in `scratch`. Throws {@link NotInstalled}. */
export async function startPostgres(scratch: string): Promise<Postgres> {
  // Debian keeps them off PATH.
  const folders = [process.env.PATH, ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()];
  const initdb = onPath('initdb', folders.join(':'));
  const postgres = onPath('postgres', folders.join(':'));
  if (!initdb || !postgres) throw new NotInstalled('apt-get install postgresql');
  const data = mkdtempSync(path.join(scratch, 'postgres-'));
  if (isRoot()) giveToPostgres(scratch, data);
  const owner = ['--username=bench', '--auth=trust', '--encoding=UTF8'];
  execFileSync(...notAsRoot(initdb, [...owner, data]), { stdio: 'pipe' });
  const port = await freePort();
  const settings = [`--port=${port}`, '--listen_addresses=127.0.0.1', '--unix_socket_directories='];
  const env = { PATH: process.env.PATH ?? '' };
  const server = new Child(...notAsRoot(postgres, ['-D', data, ...settings]), env);
  return { server, url: `postgresql://bench@127.0.0.1:${port}/bench` };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function giveToPostgres(scratch: string, data: string): void {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
  chownSync(data, id('-u'), id('-g'));
  // Others may pass through it, not read it.
  chmodSync(scratch, 0o711);
}

/** PostgreSQL refuses root, who becomes the user that its package has made. */
function notAsRoot(program: string, args: string[]): [string, string[]] {
  if (!isRoot()) return [program, args];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', program, ...args]];
}
