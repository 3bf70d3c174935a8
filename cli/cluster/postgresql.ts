import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessPlan } from '../group.ts';
import { secret } from '../home.ts';
import { runTool } from '../run-tool.ts';
import type { SystemUser } from './postgresql-user.ts';

export const DATABASE_USER = 'temporal';
export const dataFolder = (home: string) => path.join(home, 'postgresql');
/** All that the services may have open together, and some for people. */
const MAX_CONNECTIONS = 200;

export interface Postgresql {
  home: string;
  /** Folder of its programs. */
  postgresql: string;
  /** Whom it runs as; undefined: ourselves. */
  user: SystemUser | undefined;
}

/** Makes the data folder, unless it is there, so that it is there as a whole or not at all. Throws with the last words of `initdb`. */
export async function makeDataFolder(
  { home, postgresql, user }: Postgresql,
  stop: AbortSignal,
): Promise<void> {
  const data = dataFolder(home);
  if (existsSync(data)) return;
  const making = `${data}.making`;
  const passwordFile = `${data}.password-file`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(passwordFile, secret(home, 'postgresql.password'), { mode: 0o600 });
  if (user) for (const file of [making, passwordFile]) chownSync(file, user.uid, user.gid);
  const args = ['-D', making, '-U', DATABASE_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    await runTool(path.join(postgresql, 'initdb'), [...args, '--encoding=UTF8', '--locale=C'], {
      cwd: home,
      env: environment(),
      stop,
      ...(user && { user }),
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(making, data);
}

/** PostgreSQL on this port of 127.0.0.1; `fsync` and what else makes it durable is on, as it is by default. */
export function postgresqlPlan({ home, postgresql, user }: Postgresql, port: number): ProcessPlan {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    // Who loses its connection is told in many lines: they go into a file for each day of the week.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
  };
  return {
    name: 'postgresql',
    command: path.join(postgresql, 'postgres'),
    args: [
      '-D',
      dataFolder(home),
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: environment(),
    kind: 'quiet',
    ...(user && { user }),
  };
}

/** Nothing of ours, which may have PG… variables and secrets in it. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH };
}

/** Waits until PostgreSQL takes connections: it listens before, while it goes through its log after a crash. */
export async function waitForPostgresql(port: number, stop: AbortSignal): Promise<void> {
  while (!(await takesConnections(port))) await sleep(100, undefined, { signal: stop });
}

/** Version 3.0 of PostgreSQL's protocol, as a number in its start-up message. */
const PROTOCOL = 196_608;

/** Whether the answer to a start-up message is a question for the password, `R`, and not an error. */
function takesConnections(port: number): Promise<boolean> {
  const words = Buffer.from(`user\0${DATABASE_USER}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + words.length, 0);
  head.writeInt32BE(PROTOCOL, 4);
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('connect', () => socket.write(Buffer.concat([head, words])));
    socket.once('data', (data) => answer(data.toString('latin1', 0, 1) === 'R'));
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => answer(false));
  });
}
