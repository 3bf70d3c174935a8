import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { encoded, type HistoryEvent } from './history.ts';

/**
 * How it went: `passes` · `differs`: this code does something else than what the history tells · `fails`: it throws, or hangs
 * · `dies`: it takes its process down.
 */
export interface Verdict {
  outcome: 'passes' | 'differs' | 'fails' | 'dies';
  reason?: string;
}

/** Runs a history through the workflow code of this version, in a process of its own. */
export type Trial = (workflowId: string, events: HistoryEvent[]) => Promise<Verdict>;

const SCRIPT = fileURLToPath(new URL('./replay.ts', import.meta.url));
/** The SDK itself ends code that does not come to an end, after 5 seconds. */
const LONGEST_MS = 30_000;
const MEMORY_MB = 1024;

/** Trials with the bundled workflow code at this path. */
export function createTrial(workflowBundle: string): Trial {
  return (workflowId, events) =>
    new Promise((resolve) => {
      const child = fork(SCRIPT, [workflowBundle, workflowId, String(LONGEST_MS)], {
        execArgv: [`--max-old-space-size=${MEMORY_MB}`],
        env: {},
        stdio: 'ignore',
        serialization: 'advanced',
      });
      child.once('message', (verdict) => resolve(verdict as Verdict));
      child.once('exit', () =>
        resolve({ outcome: 'dies', reason: 'it takes its process down, or never ends' }),
      );
      // One that cannot even be started is seen by its exit, or here.
      child.once('error', ({ message: reason }) => resolve({ outcome: 'dies', reason }));
      // Who waits for an answer comes first.
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      child.send(encoded(events));
    });
}
