import { fileURLToPath } from 'node:url';
import { Child } from '../../../test/support/child.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { freePort } from '../../../test/support/free-port.ts';
import type { Stack } from '../../../test/support/stack.ts';
import { post } from '../../post.ts';
import type { System } from '../../system.ts';
import type { World } from '../../world.ts';

/** The floor: a bare workflow at the Temporal server of holdfast, with a worker and an ingress of its own. */
export async function startBare(world: World, stack: Stack): Promise<System> {
  const port = await freePort();
  const run = (script: string) =>
    new Child(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      TEMPORAL_ADDRESS: stack.temporalAddress,
      WORLD_URL: world.url,
      PORT: String(port),
    });
  const worker = run('./worker.ts');
  const ingress = run('./ingress.ts');
  for (const child of [worker, ingress])
    await eventually(
      () => {
        if (child.ended) throw new Error(child.output);
        return child.output.includes('ready');
      },
      { what: 'the bare workflow is ready' },
    );
  return {
    name: 'bare',
    send: (message) => post(`http://127.0.0.1:${port}/`, JSON.stringify(message)),
    processes: () => ({ temporal: [stack.temporal.pid], ingress: [ingress.pid], worker: [worker.pid] }),
    async close() {
      await Promise.all([worker.kill(), ingress.kill()]);
    },
  };
}
