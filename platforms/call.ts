import { readRetryAfter } from '../contract/retry-after.ts';
import { DeliveryRefused, RateLimited } from './platform.ts';

const TIMEOUT_MS = 15_000;
/** Where the platform asks for a pause and does not say how long. */
const PAUSE_MS = 5_000;
/** Client errors of the moment: time, a conflict, a lock. Every other one will be given again for the same call. */
const PASSING = new Set([408, 409, 412, 421, 423, 425, 429]);

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
    throw noAnswer(what, error);
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
  return isFinal(status) ? new DeliveryRefused(message) : new Error(message);
}

/** Whether the same request will always be answered so: a redirect, or wrong, forbidden, unknown, too large. */
export function isFinal(status: number): boolean {
  return status >= 300 && status < 500 && !PASSING.has(status);
}

/** Without the cause: it may name the address, and that the secrets. */
function noAnswer(what: string, error: unknown): Error {
  return new Error(`${what}: no answer (${reasonOf(error)})`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : error.name;
}
