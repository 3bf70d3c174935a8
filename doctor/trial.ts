import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { encoded, type HistoryEvent } from './history.ts';

/**
 * How it went: `passes` · `differs`: this code does something else than what the history tells · `fails`: it throws · `dies`:
 * it takes its process down, or never comes to an end.
 */
export interface Verdict {
  outcome: 'passes' | 'differs' | 'fails' | 'dies';
  reason?: string;
}

/** Runs a history through the workflow code of this version, in a process of its own. */
export type Trial = (workflowId: string, events: HistoryEvent[]) => Promise<Verdict>;

const SCRIPT = fileURLToPath(new URL('./replay.ts', import.meta.url));
/** The SDK ends code that does not come to an end after 5 seconds by itself. */
const LONGEST_MS = 20_000;
/** What a worker's workflow code may use is less. */
const MEMORY_MB = 1024;

/** Trials with the bundled workflow code at this path. */
export function createTrial(workflowBundle: string): Trial {
  return async (workflowId, events) => {
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${MEMORY_MB}`, SCRIPT, workflowBundle, workflowId],
      { stdio: ['pipe', 'pipe', 'ignore'], timeout: LONGEST_MS, killSignal: 'SIGKILL', env: {} },
    );
    // One that dies before it has read all.
    child.stdin.on('error', () => {});
    child.stdin.end(encoded(events));
    const line = await text(child.stdout).catch(() => '');
    return line.startsWith('{')
      ? (JSON.parse(line) as Verdict)
      : { outcome: 'dies', reason: 'it takes its process down, or never ends' };
  };
}
