import type { Child } from '../../test/support/child.ts';
import { eventually } from '../../test/support/eventually.ts';
import { Inspector } from './inspector.ts';

/** How Node opens its inspector at SIGUSR1: at any free port. It changes nothing else. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };
const LISTENING = /^Debugger listening on (ws:\S+)$/m;

/** Has a process of Node that is {@link INSPECTABLE} collect all its garbage and give the room back, in each of its threads. */
export async function collectGarbage(child: Child): Promise<void> {
  child.signal('SIGUSR1');
  // It says so at the first signal only, which may be long ago.
  const url = await eventually(() => LISTENING.exec(child.written.join(''))?.[1], {
    what: 'the inspector listens',
  });
  const inspector = await Inspector.open(url);
  try {
    await inspector.everywhere('HeapProfiler.collectGarbage');
  } finally {
    inspector.close();
  }
}
