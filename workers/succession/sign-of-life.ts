import { renameSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/**
 * Has a file tell that this process lives: a socket that is listened on. Its end takes the listener along, however it comes, once no
 * thread of the process runs any more; one that is stopped (SIGSTOP) still listens.
 */
export async function showLife(file: string): Promise<void> {
  const server = createServer((visitor) => visitor.destroy());
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // At its name only once it listens: until then it refuses, as one whose process is gone.
  server.listen(`${file}.new`, resolve);
  await listening;
  server.unref();
  renameSync(`${file}.new`, file);
}

/** Whether the process behind this sign of life is gone for sure. */
export function isGone(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const visit = connect(file);
    visit.once('connect', () => {
      visit.destroy();
      resolve(false);
    });
    visit.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}
