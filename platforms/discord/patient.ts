import { setTimeout as sleep } from 'node:timers/promises';
import { type ListenOptions, RateLimited } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';

const PAUSE_MS = 1_000;

/** Calls until there is an answer, after Discord's own pauses. Throws {@link DiscordRefused} and the signal's reason. */
export function patiently(call: CallDiscord, log: ListenOptions['log']): CallDiscord {
  return async (request) => {
    for (;;) {
      try {
        return await call(request);
      } catch (error) {
        request.signal.throwIfAborted();
        if (error instanceof DiscordRefused) throw error;
        const pauseMs = error instanceof RateLimited ? error.retryAfterMs : PAUSE_MS;
        log('Discord will be asked again', { reason: (error as Error).message, pauseMs });
        await sleep(pauseMs, undefined, { signal: request.signal });
      }
    }
  };
}
