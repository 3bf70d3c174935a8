import { z } from 'zod';
import { readRetryAfter } from '../../contract/retry-after.ts';
import { type AccessTokens, withToken } from '../access-token.ts';
import { type Answer, type Call, call, failureOf, jsonOf } from '../call.ts';
import { DeliveryRefused, RateLimited } from '../platform.ts';
import { explained } from './explained.ts';

export interface FeishuAccess {
  appId: string;
  appSecret: string;
  /** `https://open.feishu.cn`, or `https://open.larksuite.com` for Lark. */
  apiBaseUrl: string;
}

/** Feishu refused the call; `code` and `reason` are Feishu's own. */
export class FeishuRefused extends DeliveryRefused {
  readonly code: number;
  readonly reason: string;
  constructor(what: string, code: number, reason: string) {
    super(`${what}: refused, ${code} ${reason}${explained(code)}`);
    this.code = code;
    this.reason = reason;
  }
}

interface FeishuRequest extends Pick<Call, 'method' | 'json' | 'body' | 'signal' | 'timeoutMs'> {
  /** For errors. */
  what: string;
  /** After `/open-apis/`, with the query. */
  path: string;
}

/** Calls the Open API once (the SDK cannot abort, and hides the headers of a refusal). Throws as an outbound method does. */
export type CallFeishu = <T>(request: FeishuRequest, shape: z.ZodType<T>) => Promise<T>;

const envelope = z.looseObject({ code: z.int(), msg: z.string().catch('') });

/** The access token is missing, malformed or no longer valid. */
const INVALID_TOKEN = new Set([99991661, 99991663, 99991664]);
/** All calls of the app, messages to one person or group, edits of one message. */
const TOO_MANY = new Set([99991400, 230020]);
/** The same message is being sent by another request just now. */
const BEING_SENT = 230049;
/** Where Feishu does not say how long: its limits are by the second. */
const PAUSE_MS = 2_000;

export function createCall({ apiBaseUrl }: FeishuAccess, tokens: AccessTokens): CallFeishu {
  return async ({ what, path, ...request }, shape) => {
    const send = (token: string) =>
      call({
        ...request,
        what: `Feishu: ${what}`,
        url: `${apiBaseUrl}/open-apis/${path}`,
        headers: { authorization: `Bearer ${token}` },
      });
    return readAnswer(await withToken(tokens, request.signal, send, isInvalidToken), shape);
  };
}

/** What a call answered. Throws as an outbound method does. */
export function readAnswer<T>(answer: Answer, shape: z.ZodType<T>): T {
  const { data: status } = envelope.safeParse(jsonOf(answer));
  if (!answer.ok || status?.code !== 0) throw refusalOf(answer);
  const { data, error } = shape.safeParse(jsonOf(answer));
  if (error) throw new Error(`${answer.what}: answered something else`);
  return data;
}

/** What an answer means that is not `code: 0`. */
export function refusalOf(answer: Answer): Error {
  const { data: status } = envelope.safeParse(jsonOf(answer));
  const { what, headers } = answer;
  const told = status ? `${status.code} ${status.msg.slice(0, 300)}` : '';
  if (answer.status === 429 || (status && TOO_MANY.has(status.code)))
    return new RateLimited(
      `${what}: asked for a pause ${told}`,
      readRetryAfter(headers.get('x-ogw-ratelimit-reset')) ?? PAUSE_MS,
    );
  // A card that somebody just presses a button of cannot be edited for a moment.
  const passing = status && (status.code === BEING_SENT || status.msg.includes('card action is lock'));
  if (answer.status >= 500 || passing || (answer.ok && !status))
    return new Error(`${what}: answered ${answer.status} ${told}`);
  return status ? new FeishuRefused(what, status.code, status.msg.slice(0, 300)) : failureOf(answer);
}

export function isInvalidToken(answer: Pick<Answer, 'text'>): boolean {
  const { data } = envelope.safeParse(jsonOf(answer));
  return data !== undefined && INVALID_TOKEN.has(data.code);
}
