import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './user-error.ts';

export interface PortNeed {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Who listens there. */
  who: string;
  /** The environment variable that changes it. */
  variable: string;
  /** Another way out, as a sentence. */
  otherwise?: string;
}

/** Makes sure that a port is free and returns it. Throws a UserError that names the variable. */
export async function freePort({ host, port, who, variable, otherwise = '' }: PortNeed): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new UserError(`${who} cannot listen on ${host} port ${port}: ${message}`);
    const next = port < 65_535 ? port + 1 : 0;
    throw new UserError(
      `Port ${port} is in use by another program, and ${who} needs it.\n` +
        `Stop that program, or choose another port with ${variable}, for instance ${variable}=${next}.${otherwise && `\n${otherwise}`}`,
    );
  } finally {
    server.close();
  }
}

/** Waits until something listens at `host:port`; calls `onWaiting` after each attempt that failed. */
export async function waitForAddress(
  address: string,
  stop: AbortSignal,
  onWaiting: () => void,
): Promise<void> {
  const target = URL.parse(`tcp://${address}`);
  if (!target?.hostname)
    throw new UserError(`TEMPORAL_ADDRESS: must be host:port, for instance 127.0.0.1:7233`);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  while (!(await listens(host, Number(target.port || 7233)))) {
    onWaiting();
    await sleep(250, undefined, { signal: stop });
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
