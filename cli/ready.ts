import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the gateway at this base URL is ready: it reaches Temporal, and a worker is there. */
export async function waitUntilReady(baseUrl: string, stop: AbortSignal): Promise<void> {
  while (!(await isReady(baseUrl))) await sleep(100, undefined, { signal: stop });
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
