import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  NoSuchModelError,
  StreamProviderError,
  UnsupportedFunctionalityError,
} from 'ai';
import { readRetryAfter } from '../contract/retry-after.ts';
import { AnswerTooLong } from './answer-fetch.ts';
import { ModelNotConfigured } from './resolve-model.ts';

/** The answer ended before it was complete; the provider's own word for it, where there is one, is in the message. */
export class AnswerCutOff extends Error {
  override name = 'AnswerCutOff';
  constructor(reason?: string) {
    super(`the answer ended before it was complete${reason ? ` (${reason})` : ''}`);
  }
}

/** The model neither said nor called anything. */
export class EmptyAnswer extends Error {
  override name = 'EmptyAnswer';
  readonly finishReason: string;
  constructor(finishReason: string) {
    super(`the model answered with nothing (${finishReason})`);
    this.finishReason = finishReason;
  }
}

export interface ModelFailure {
  /**
   * `refused`: the same request will be refused again · `endless`: it would cost as much again · `unavailable`: worth another
   * attempt.
   */
  kind: 'refused' | 'endless' | 'unavailable';
  /** It is refused because it is longer than the model can read. */
  tooLong?: true;
  /** HTTP status, where there was one. */
  status?: number;
  /** The provider's own delay before another attempt. */
  retryAfterMs?: number;
  /** For the log and the user: no keys, headers or request bodies. */
  message: string;
}

/** 4xx that another attempt may mend; all 5xx may. */
const PASSING = new Set([408, 409, 425, 429, 499]);
const FAULTY_REQUEST = [
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
];

/** What an error of a model call means for the next attempt. Takes anything thrown by `streamStep` or `resolveModel`. */
export function describeModelFailure(error: unknown): ModelFailure {
  const endless = [error, error instanceof Error && error.cause].find((one) => one instanceof AnswerTooLong);
  if (endless) return { kind: 'endless', message: endless.message };
  if (APICallError.isInstance(error) || StreamProviderError.isInstance(error)) return describeAnswer(error);
  const refused =
    error instanceof ModelNotConfigured ||
    (error instanceof EmptyAnswer && error.finishReason === 'content-filter') ||
    FAULTY_REQUEST.some((type) => type.isInstance(error));
  return { kind: refused ? 'refused' : 'unavailable', message: safe(messageOf(error)) };
}

/** How providers and servers say that a request is longer than the model's window. */
const TOO_LONG =
  /context[ _]?(?:length|window|size)|prompt is too long|input is too long|too many (?:input )?tokens|request[ _](?:entity )?too[ _]large|input token.{0,30}exceed|exceed.{0,40}(?:context|input tokens|number of tokens)/i;

function describeAnswer(error: APICallError | StreamProviderError): ModelFailure {
  const { statusCode: status } = error;
  const headers = APICallError.isInstance(error) ? error.responseHeaders : undefined;
  const delay = askedDelay(headers ?? {});
  // The account has no credit left: waiting does not mend that, though the status says "too many requests".
  const noCredit = /insufficient_quota/.test(
    JSON.stringify(error.data ?? null) + (APICallError.isInstance(error) ? error.responseBody : ''),
  );
  const passing = status === undefined || status < 400 || status >= 500 || PASSING.has(status);
  const refused = !passing || noCredit;
  return {
    kind: refused ? 'refused' : 'unavailable',
    ...(refused && TOO_LONG.test(error.message) ? { tooLong: true } : {}),
    ...(status === undefined ? {} : { status }),
    ...(delay === undefined ? {} : { retryAfterMs: delay }),
    message: safe(status === undefined ? error.message : `${status}: ${error.message || 'no message'}`),
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'unknown error';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message || error.name}${cause}`;
}

/** Providers quote keys in their messages, and proxies whole headers. */
const SECRETS = [
  /\b(?:sk|pk|rk|gsk|xai|ghp)[-_][\w*-]{6,}/g,
  /\b(?:AIza|AKIA)[\w-]{10,}/g,
  /\b(?:bearer|basic)\s+[^\s"',;]{6,}/gi,
  /\b(?:x-)?(?:api[-_ ]?key|authorization|token|key|secret)["']?\s*[:=]\s*["']?[^\s"',;&]{6,}/gi,
  /(?<=:\/\/)[^\s/@]+@/g,
];

function safe(message: string): string {
  const hidden = SECRETS.reduce((text, secret) => text.replace(secret, '[hidden]'), message);
  const line = hidden.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** The delay that a response asks for, in ms; some providers name it exactly. */
function askedDelay(headers: Record<string, string>): number | undefined {
  const exact = headers['retry-after-ms']?.trim();
  return exact && Number(exact) >= 0 ? Math.round(Number(exact)) : readRetryAfter(headers['retry-after']);
}
