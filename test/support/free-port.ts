import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that the system gives to connections, and to who listens on any: between now and its use, which may be seconds later
 * or after a kill, no other program gets it by chance, and who tries to connect to it meanwhile is not connected to themselves.
 */
const LOWEST = 11_000;
/** Each process that runs tests has as many for itself. */
const COUNT = 1_000;
const FIRST = LOWEST + COUNT * (Number(process.env.VITEST_POOL_ID ?? 0) % 8);

let next = randomInt(COUNT);

/** A port of 127.0.0.1 that nothing listens on now, and that is not given out again soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = (next + 1) % COUNT;
    if (await isFree(FIRST + next)) return FIRST + next;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
