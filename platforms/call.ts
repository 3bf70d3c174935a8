import { readRetryAfter } from '../contract/retry-after.ts';
import { DeliveryRefused, RateLimited } from './platform.ts';

const TIMEOUT_MS = 15_000;
/** Where the platform asks for a pause and does not say how long. */
const PAUSE_MS = 5_000;
/** The same call will be refused again: wrong request, wrong token, no right, unknown, too large. */
const REFUSED = new Set([400, 401, 403, 404, 405, 410, 413, 415, 422]);

export interface Call {
  /** For errors: the platform and what is called, `WhatsApp: messages`. */
  what: string;
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: RequestInit['body'];
  signal: AbortSignal;
  timeoutMs?: number;
}

/** An HTTP call with its whole answer. Throws the signal's reason, or an error that names neither address nor secrets. */
export function call({ what, url, json, signal, ...request }: Call): Promise<Answer> {
  return answered(what, signal, async () => {
    const response = await fetch(url, {
      method: request.method ?? 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)]),
      headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
      body: json === undefined ? (request.body ?? null) : JSON.stringify(json),
    });
    const text = await response.text();
    return { status: response.status, ok: response.ok, headers: response.headers, text, what };
  });
}

/** What the request resolves with; it throws the signal's reason, or an error that names neither address nor secrets. */
export async function answered<T>(what: string, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await request();
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${what}: no answer (${reasonOf(error)})`);
  }
}

/** An answer with its body. */
export interface Answer {
  status: number;
  ok: boolean;
  headers: Headers;
  text: string;
  /** As in {@link Call}. */
  what: string;
}

/** The body as JSON; undefined if it is none. */
export function jsonOf(answer: Pick<Answer, 'text'>): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** What an answer that is not ok means to a delivery, by its HTTP status; `reason` is the platform's own word. */
export function failureOf({ what, status, headers }: Answer, reason = ''): Error {
  const message = `${what}: answered ${status}${reason && ` ${reason}`}`;
  if (status === 429) return new RateLimited(message, readRetryAfter(headers.get('retry-after')) ?? PAUSE_MS);
  const pause = status === 503 ? readRetryAfter(headers.get('retry-after')) : undefined;
  if (pause !== undefined) return new RateLimited(message, pause);
  return REFUSED.has(status) || (status >= 300 && status < 400)
    ? new DeliveryRefused(message)
    : new Error(message);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : error.name;
}
