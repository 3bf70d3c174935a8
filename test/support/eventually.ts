import { setTimeout as sleep } from 'node:timers/promises';

/** How long a process may take to start: a test does not measure the machine, which may be busy with others. */
export const STARTS_WITHIN_MS = 90_000;

/**
 * Asks again until the answer is neither undefined, null nor false, and returns it; throws after `ms` with the last answer, and with
 * what was waited for, as it is by then.
 */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  { ms = 30_000, what = ask.toString() }: { ms?: number; what?: string | (() => string) } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + ms;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as NonNullable<Exclude<T, false>>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  const awaited = typeof what === 'function' ? what() : what;
  throw new Error(
    `not within ${ms} ms: ${awaited}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
