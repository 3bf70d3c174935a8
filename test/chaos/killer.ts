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
  const going = new Map<Instant, Promise<void>>();
  const { random } = scenery;
  while (!stop.aborted) {
    await sleep(random.between(PAUSE_MS / 2, (3 * PAUSE_MS) / 2), undefined, { signal: stop }).catch(
      () => {},
    );
    const instant = random.weighted(instants);
    if (stop.aborted || going.size >= AT_ONCE || going.has(instant)) continue;
    const one = strike(instant, scenery).then((done) => {
      if (done) strikes.push(done);
      going.delete(instant);
    });
    going.set(instant, one);
  }
  await Promise.all(going.values());
  return strikes;
}

async function strike({ name, ...instant }: Instant, scenery: Scenery): Promise<Strike | undefined> {
  const victims = await instant.strike(scenery);
  return victims && { instant: name, at: Date.now(), victims };
}
