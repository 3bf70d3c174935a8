import { Api, GrammyError, HttpError, type Transformer } from 'grammy';
import { DeliveryRefused, RateLimited } from '../platform.ts';

/** Seconds that one call may take. */
const TIMEOUT_SECONDS = 15;
/** The same call will be refused again: wrong request, wrong token, blocked, unknown, too large. */
const REFUSED = new Set([400, 401, 403, 404, 413]);

/** Telegram refused the call; `reason` is Telegram's own description. */
export class TelegramRefused extends DeliveryRefused {
  readonly reason: string;
  constructor(method: string, code: number, reason: string) {
    super(`Telegram refused ${method}: ${code} ${reason}`);
    this.reason = reason;
  }
}

export interface TelegramAccess {
  botToken: string;
  apiBaseUrl: string;
}

/** Calls a method of the Bot API once. Throws {@link TelegramRefused}, {@link RateLimited}, or Error for what may work later. */
export type CallTelegram = <T>(
  method: string,
  call: (api: Api['raw'], signal: Signal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

/** The type that the library asks for; Node's own AbortSignal serves. */
type Signal = NonNullable<Parameters<Api['getMe']>[0]>;

export function createCall({ botToken, apiBaseUrl }: TelegramAccess): CallTelegram {
  const api = new Api(botToken, { apiRoot: apiBaseUrl, timeoutSeconds: TIMEOUT_SECONDS });
  api.config.use(followGroup);
  return async (method, call, signal = new AbortController().signal) => {
    signal.throwIfAborted();
    try {
      return await call(api.raw, signal as unknown as Signal);
    } catch (error) {
      signal.throwIfAborted();
      throw toOwnError(method, error, botToken);
    }
  };
}

/**
 * A group that becomes a supergroup gets another id. What is sent follows it there; edits do not, nor do answers to a
 * message: in the other chat the same ids are other messages.
 */
const followGroup: Transformer = async (call, method, payload, signal) => {
  const answer = await call(method, payload, signal);
  const movedTo = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
  if (movedTo === undefined || !method.startsWith('send')) return answer;
  const { reply_parameters: _, ...message } = payload as { reply_parameters?: object };
  return call(method, { ...message, chat_id: movedTo } as typeof payload, signal);
};

/** The library's errors hold the payload and the URL, and so the secrets: they go no further, not even as a cause. */
function toOwnError(method: string, error: unknown, botToken: string): Error {
  if (error instanceof GrammyError) {
    const { error_code: code, description, parameters } = error;
    if (parameters.retry_after !== undefined)
      return new RateLimited(`Telegram asks for a pause of ${method}`, parameters.retry_after * 1000);
    if (REFUSED.has(code)) return new TelegramRefused(method, code, description);
    return new Error(`Telegram failed at ${method}: ${code} ${description}`);
  }
  const inner = error instanceof HttpError ? error.error : error;
  const reason = inner instanceof Error ? inner.message : 'unknown error';
  return new Error(`Telegram did not answer ${method}: ${reason.replaceAll(botToken, '…')}`);
}
