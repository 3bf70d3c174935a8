import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildEnd, type ChildSpec, type RunningChild, runChild } from './run-child.ts';

export interface Supervised {
  /** Ends the process on purpose; a new one starts at once. */
  restart(): Promise<void>;
  /** Ends the process for good. */
  stop(): Promise<void>;
}

export interface Reports {
  /** A line that the process wrote. */
  output(line: string): void;
  /** It ended by itself and is started again after this many milliseconds. */
  restarting(reason: string, pauseMs: number): void;
}

/** One that ran for this long had started well. */
const STARTED_WELL_MS = 2000;
const MAX_PAUSE_MS = 1000;
/** Platforms count how often somebody comes with a wrong token. */
const MISCONFIGURED_PAUSE_MS = 60_000;

/** Keeps a process running: whenever it ends it is started again, at once or, when it keeps failing, after a pause. */
export function supervise(spec: ChildSpec, reports: Reports): Supervised {
  const stopped = new AbortController();
  let failures = 0;
  let onPurpose = false;
  let child: RunningChild = runChild(spec, reports.output);

  const pauseAfter = ({ bySignal, isMisconfigured }: ChildEnd, ranMs: number): number => {
    if (isMisconfigured) return MISCONFIGURED_PAUSE_MS;
    failures = ranMs < STARTED_WELL_MS ? failures + 1 : 0;
    if (failures < 2) return 0;
    // Killed from outside, it is not to blame; the little pause is for when it is.
    return bySignal ? 100 : Math.min(50 * 2 ** failures, MAX_PAUSE_MS);
  };

  const keepRunning = async () => {
    while (true) {
      const startedAt = Date.now();
      const end = await child.ended;
      if (stopped.signal.aborted) return;
      if (!onPurpose) {
        const pauseMs = pauseAfter(end, Date.now() - startedAt);
        reports.restarting(end.reason, pauseMs);
        await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
        if (stopped.signal.aborted) return;
      }
      onPurpose = false;
      child = runChild(spec, reports.output);
    }
  };
  const running = keepRunning();

  return {
    async restart() {
      onPurpose = true;
      await child.end();
    },
    async stop() {
      stopped.abort();
      await child.end();
      await running;
    },
  };
}
