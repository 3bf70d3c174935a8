import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is neither undefined, null nor false, and returns it; throws after `ms` with the last answer. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  { ms = 30_000, what = ask.toString() }: { ms?: number; what?: string } = {},
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
  throw new Error(
    `not within ${ms} ms: ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
