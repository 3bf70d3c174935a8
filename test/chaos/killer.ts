import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant, Scenery } from './instants.ts';

/** One fault that happened. */
export interface Strike {
  instant: string;
  /** In ms of this process's clock. */
  at: number;
  /** Processes that were SIGKILLed. */
  victims: string[];
}

/** Between the starts of two faults, on average. */
const PAUSE_MS = 1_700;
/** Faults that may wait for their moment, or be going on, at once. */
const AT_ONCE = 3;

/** Strikes at these instants, in a random order, until told to stop. */
export async function strikeUntil(
  stop: AbortSignal,
  instants: readonly Instant[],
  scenery: Scenery,
): Promise<Strike[]> {
  const strikes: Strike[] = [];
  const going = new Map<Instant, Promise<unknown>>();
  const { random } = scenery;
  while (!stop.aborted) {
    await sleep(random.between(PAUSE_MS / 2, (3 * PAUSE_MS) / 2), undefined, { signal: stop }).catch(
      () => {},
    );
    const instant = random.weighted(instants);
    if (stop.aborted || going.size >= AT_ONCE || going.has(instant)) continue;
    const one = strike(instant, scenery, strikes);
    going.set(
      instant,
      one.finally(() => going.delete(instant)),
    );
  }
  await Promise.all(going.values());
  return strikes;
}

async function strike({ name, ...instant }: Instant, scenery: Scenery, strikes: Strike[]): Promise<void> {
  const victims = await instant.strike(scenery);
  if (victims) strikes.push({ instant: name, at: Date.now(), victims });
}
