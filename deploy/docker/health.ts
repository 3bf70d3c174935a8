import { readFile } from 'node:fs/promises';
import { readEnvironment } from '../../config/environment.ts';

const TIMEOUT_MS = 3_000;

/** Whether this container is well: a gateway answers. The other roles listen nowhere, and end when they cannot go on. */
const role = (await readFile('/proc/1/cmdline', 'utf8')).split('\0');
if (role.includes('gateway')) {
  const { PORT: port } = readEnvironment();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const ok = await fetch(`http://127.0.0.1:${port}/healthz`, { signal }).then(
    (response) => response.ok,
    () => false,
  );
  process.exitCode = ok ? 0 : 1;
}
