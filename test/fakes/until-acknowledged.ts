import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Tries again and again, as a platform delivers, until it is acknowledged or this is stopped. Never throws. */
export async function untilAcknowledged(
  attempt: () => Promise<boolean>,
  stopped: AbortSignal,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!stopped.aborted && !(await attempt())) {
    await sleep(pause, undefined, { signal: stopped }).catch(() => {});
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}
