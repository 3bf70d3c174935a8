import { type Answer, call, failureOf, jsonOf } from '../call.ts';
import { DeliveryRefused, RateLimited } from '../platform.ts';

export interface MatrixAccess {
  homeserverUrl: string;
  /** Token of the application service, by which the homeserver knows us. */
  asToken: string;
  /** `@localpart:server.name`: whom the bot writes as. */
  userId: string;
}

export interface HomeserverRequest {
  /** For errors: what is called. */
  what: string;
  /** Made by {@link matrixPath}. */
  path: string;
  query?: Record<string, string>;
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  json?: unknown;
  body?: RequestInit['body'];
  timeoutMs?: number;
  signal: AbortSignal;
}

/** Calls of the client-server API, as the bot. */
export interface Homeserver {
  /** Does something. Throws {@link MatrixRefused}, RateLimited, or Error for what may work later. */
  act(request: HomeserverRequest): Promise<unknown>;
  /** Asks for what may be gone or not ours to see; undefined then. Throws for what may work later. */
  ask(request: HomeserverRequest): Promise<unknown>;
}

/** The homeserver refused the call; `errcode` is its own word, `M_FORBIDDEN` for instance. */
export class MatrixRefused extends DeliveryRefused {
  readonly errcode: string;
  constructor(message: string, errcode: string) {
    super(message);
    this.errcode = errcode;
  }
}

/** Not about the thing that was asked for: asking for another would be refused as well. */
const OUR_FAULT = new Set(['M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN', 'M_EXCLUSIVE']);

const EXPLAINED: Record<string, string> = {
  M_FORBIDDEN: 'the bot is not in the room, or may not write there',
  M_UNKNOWN_TOKEN: 'MATRIX_AS_TOKEN is not the as_token of the registration on the homeserver',
  M_EXCLUSIVE: 'MATRIX_USER_ID is not in the namespace of the registration on the homeserver',
};

export function createHomeserver({ homeserverUrl, asToken, userId }: MatrixAccess): Homeserver {
  const act: Homeserver['act'] = async ({ what, path, query, headers, ...request }) => {
    // Asserted, because the user need not be the sender_localpart of the registration.
    const parameters = new URLSearchParams({ ...query, user_id: userId });
    const answer = await call({
      what: `Matrix: ${what}`,
      url: `${homeserverUrl}${path}?${parameters.toString()}`,
      headers: { authorization: `Bearer ${asToken}`, ...headers },
      ...request,
    });
    if (!answer.ok) throw failure(answer);
    return jsonOf(answer);
  };
  return {
    act,
    async ask(request) {
      try {
        return await act({ method: 'GET', ...request });
      } catch (error) {
        // Without an errcode it is not the homeserver that answers, but what stands before it.
        if (error instanceof MatrixRefused && error.errcode && !OUR_FAULT.has(error.errcode))
          return undefined;
        throw error;
      }
    },
  };
}

function failure(answer: Answer): Error {
  const { errcode, error, retry_after_ms: pause } = errorOf(answer);
  // The header is newer than the field.
  if (answer.status === 429 && typeof pause === 'number' && !answer.headers.has('retry-after'))
    return new RateLimited(`${answer.what}: answered 429 ${errcode}`, Math.max(0, pause));
  const reason = [errcode, error, EXPLAINED[errcode] && `(${EXPLAINED[errcode]})`].filter(Boolean).join(' ');
  const failed = failureOf(answer, reason);
  return failed instanceof DeliveryRefused ? new MatrixRefused(failed.message, errcode) : failed;
}

function errorOf(answer: Answer): { errcode: string; error: string; retry_after_ms?: unknown } {
  const body = jsonOf(answer);
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  return { ...fields, errcode: word(fields.errcode), error: word(fields.error) };
}

/** A path with its values encoded: room and event ids hold `!`, `$`, `:` and, the old ones, `/`. */
export function matrixPath(strings: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value.toWellFormed())));
}
