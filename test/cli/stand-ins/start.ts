import { fileURLToPath } from 'node:url';
import { runStart } from '../../../cli/run-start.ts';
import { createTerminal } from '../../../cli/terminal.ts';

/** `holdfast start` with stand-ins for gateway and worker. */
try {
  await runStart(createTerminal(process.stdout), process.env, {
    entries: {
      gateway: fileURLToPath(new URL('./gateway.ts', import.meta.url)),
      worker: fileURLToPath(new URL('./worker.ts', import.meta.url)),
      listen: fileURLToPath(new URL('../../../gateway/listen.ts', import.meta.url)),
      codecServer: fileURLToPath(new URL('../../../gateway/codec-server/node.ts', import.meta.url)),
    },
  });
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
