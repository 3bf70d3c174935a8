import type { LiveEvent } from '../contract/live.ts';

/** Pushes an event to gateways, best effort: resolves when all have answered or failed, and never throws. */
export type PushLive = (gateways: readonly string[], event: LiveEvent) => Promise<void>;

const TIMEOUT_MS = 2_000;

/** `key` is the internal key that gateways and workers share; without one nothing is pushed. */
export function createPushLive(key: string | undefined): PushLive {
  if (key === undefined) return async () => {};
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return async (gateways, event) => {
    const body = JSON.stringify(event);
    await Promise.allSettled(
      gateways.map(async (gateway) => {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const response = await fetch(`${gateway}/internal/live`, { method: 'POST', headers, body, signal });
        await response.body?.cancel();
      }),
    );
  };
}
