import { fileURLToPath } from 'node:url';
import { runStart } from '../../../cli/run-start.ts';
import { createTerminal } from '../../../cli/terminal.ts';

/** `holdfast start` with a stand-in for gateway and worker. */
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
try {
  await runStart(createTerminal(process.stdout), process.env, {
    gateway: script('./gateway.ts'),
    worker: script('./worker.ts'),
  });
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
