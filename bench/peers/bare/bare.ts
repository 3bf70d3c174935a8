import { freePort } from '../../../test/support/free-port.ts';
import type { Stack } from '../../../test/support/stack.ts';
import { post } from '../../post.ts';
import { serverProcesses } from '../../server-processes.ts';
import type { System } from '../../system.ts';
import type { World } from '../../world.ts';
import { startProgram } from '../program.ts';

/** The floor: a bare workflow at the Temporal server of holdfast, with a worker and an ingress of its own. */
export async function startBare(world: World, stack: Stack): Promise<System> {
  const port = await freePort();
  const run = (script: string) =>
    startProgram(new URL(script, import.meta.url), {
      TEMPORAL_ADDRESS: stack.temporalAddress,
      WORLD_URL: world.url,
      PORT: String(port),
    });
  const [worker, ingress] = await Promise.all([run('./worker.ts'), run('./ingress.ts')]);
  return {
    name: 'bare',
    send: (message) => post(`http://127.0.0.1:${port}/`, JSON.stringify(message)),
    processes: () => ({ ...serverProcesses(stack), ingress: [ingress.pid], worker: [worker.pid] }),
    async close() {
      await Promise.all([worker.kill(), ingress.kill()]);
    },
  };
}
