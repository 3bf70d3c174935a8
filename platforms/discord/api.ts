import {
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestData,
  type RouteLike,
} from '@discordjs/rest';
import { DeliveryRefused, RateLimited } from '../platform.ts';

const TIMEOUT_MS = 15_000;
/** The same call will be refused again: wrong request, wrong token, no right, unknown, too large. */
const REFUSED = new Set([400, 401, 403, 404, 405, 413]);
/** Where Discord asks for a pause and does not say how long. */
const PAUSE_MS = 1_000;

/** Discord's own codes, for people. */
const EXPLAINED: Record<number, string> = {
  10003: 'the channel is gone, or the bot is no longer in its server',
  50001: 'the bot has no access to the channel: give it View Channels',
  50007: 'this person takes no direct messages from the bot',
  50013: 'the bot lacks a permission in the channel: Send Messages, or in threads Send Messages in Threads',
  50083: 'the thread is archived and locked',
};

/** Discord refused the call; `code` is its own (0 if it gave none). */
export class DiscordRefused extends DeliveryRefused {
  readonly status: number;
  readonly code: number;
  constructor(what: string, status: number, code: number, reason: string) {
    const explained = status === 401 ? 'DISCORD_BOT_TOKEN is wrong' : EXPLAINED[code];
    super(`Discord refused ${what}: ${status} ${reason} (code ${code})${explained ? `; ${explained}` : ''}`);
    this.status = status;
    this.code = code;
  }
}

export interface DiscordAccess {
  botToken: string;
  /** Without the version. */
  apiBaseUrl: string;
}

interface DiscordRequest extends Pick<RequestData, 'body' | 'files' | 'query'> {
  /** For errors. */
  what: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  route: RouteLike;
  /** False where the address itself has a token. */
  auth?: false;
  signal: AbortSignal;
}

/**
 * Calls Discord once. Throws {@link DiscordRefused}, {@link RateLimited}, the signal's reason, or Error for what may work later.
 */
export type CallDiscord = <T>(request: DiscordRequest) => Promise<T>;

export function createCall({ botToken, apiBaseUrl }: DiscordAccess): CallDiscord {
  const rest = new REST({
    version: '10',
    api: apiBaseUrl,
    retries: 0,
    offset: 0,
    rejectOnRateLimit: () => true,
  });
  return async <T>({ what, method, route, signal, ...request }: DiscordRequest) => {
    signal.throwIfAborted();
    // The library forgets the token when it was refused once.
    rest.setToken(botToken);
    const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const options = { ...request, fullRoute: route, method, signal: ended } as Parameters<REST['request']>[0];
    // A request that waits in the library's queue does not see every abort.
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(ended.reason as Error);
    ended.addEventListener('abort', abort);
    try {
      return (await Promise.race([rest.request(options), aborted])) as T;
    } catch (error) {
      signal.throwIfAborted();
      throw toOwnError(what, error);
    } finally {
      ended.removeEventListener('abort', abort);
    }
  };
}

/** The library's errors hold the request with its tokens: they go no further, not even as a cause. */
function toOwnError(what: string, error: unknown): Error {
  if (error instanceof RateLimitError)
    return new RateLimited(
      `Discord asks for a pause of ${what}`,
      error.retryAfter || error.timeToReset || PAUSE_MS,
    );
  if (error instanceof DiscordAPIError && REFUSED.has(error.status))
    return new DiscordRefused(what, error.status, Number(error.code) || 0, error.message);
  if (error instanceof DiscordAPIError || error instanceof HTTPError)
    return new Error(`Discord failed at ${what}: ${error.status}`);
  const { code, name } = error as { code?: unknown; name?: unknown };
  return new Error(`Discord did not answer ${what}: ${typeof code === 'string' ? code : String(name)}`);
}
