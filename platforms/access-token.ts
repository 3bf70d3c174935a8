import type { Answer } from './call.ts';

/** Tokens are not used in their last minutes: a call that is under way may take that long. */
const EARLY_MS = 5 * 60_000;

export interface AccessToken {
  token: string;
  /** How long it is good for, in ms. */
  lifetimeMs: number;
}

/** An access token that is fetched when it is needed, kept until shortly before its end, and fetched once for all who wait. */
export interface AccessTokens {
  /** Throws what fetching it throws, or the signal's reason. */
  get(signal: AbortSignal): Promise<string>;
  /** The platform says that this one is invalid: another is fetched when it is needed. */
  drop(token: string): void;
}

/** `fetchToken` limits its own time: a caller that stops waiting does not stop it for the others. */
export function createAccessTokens(fetchToken: () => Promise<AccessToken>): AccessTokens {
  let current: { token: string; until: number } | undefined;
  let pending: Promise<string> | undefined;

  const refresh = async () => {
    try {
      const { token, lifetimeMs } = await fetchToken();
      current = { token, until: Date.now() + Math.max(lifetimeMs - EARLY_MS, lifetimeMs / 2) };
      return token;
    } finally {
      pending = undefined;
    }
  };

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (current && Date.now() < current.until) return current.token;
      pending ??= refresh();
      return orAborted(pending, signal);
    },
    drop(token) {
      if (current?.token === token) current = undefined;
    },
  };
}

/** Calls with a token, and once more with another if the platform refuses it: by status 401, or as `isRefused` tells. */
export async function withToken<T>(
  tokens: AccessTokens,
  signal: AbortSignal,
  send: (token: string) => Promise<T>,
  isRefused: (answer: T) => boolean = (answer) => (answer as Partial<Answer>).status === 401,
): Promise<T> {
  const token = await tokens.get(signal);
  const answer = await send(token);
  if (!isRefused(answer)) return answer;
  tokens.drop(token);
  return send(await tokens.get(signal));
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
