import { z } from 'zod';
import { readRetryAfter } from '../../contract/retry-after.ts';
import { type Answer, failureOf, jsonOf } from '../call.ts';
import { RateLimited } from '../platform.ts';

const graphError = z.object({
  error: z.object({
    code: z.int(),
    message: z.string().optional(),
    error_data: z.object({ details: z.string().optional() }).optional(),
  }),
});

/** Limits, with a pause in ms for each: Meta seldom says how long it lasts. */
const PAUSES: Record<number, number> = {
  /** The app's calls; counted by the hour. */
  4: 60_000,
  /** The business account's calls; counted by the hour. */
  80007: 60_000,
  /** Messages per second of the number. */
  130429: 5_000,
  /** Too many people blocked the number, or called it spam. */
  131048: 60_000,
  /** Messages to one person: one in six seconds after a burst. */
  131056: 6_000,
};

/** Meta's own trouble, whatever the HTTP status says. */
const TRANSIENT = new Set([1, 2, 131000, 131016, 131057]);

/** What the operator can do about refusals that are met in practice. */
const EXPLAINED: Record<number, string> = {
  0: 'the access token is not valid any more: make a new one for WHATSAPP_ACCESS_TOKEN',
  10: 'the access token lacks the permission whatsapp_business_messaging',
  190: 'the access token has expired or was revoked: make a new one for WHATSAPP_ACCESS_TOKEN',
  131005: 'the access token has no access to this number',
  131026:
    'WhatsApp cannot deliver to this person: not on WhatsApp, terms not accepted, or an app that is too old',
  131030: 'the number is a test number, and this person is not on its list of recipients',
  131047:
    'the person wrote more than 24 hours ago: WhatsApp then lets a business send only approved templates, until they write again',
  131051: 'WhatsApp does not support this type of message',
};

/** What an error code means to the operator, or else Meta's own word for it. */
export function explain(code: number, otherwise = ''): string {
  return `(${code}) ${EXPLAINED[code] ?? otherwise}`;
}

/** What an error of the Graph API means to a delivery. Its `code` says more than the HTTP status. */
export function graphFailure(answer: Answer): Error {
  const parsed = graphError.safeParse(jsonOf(answer));
  if (!parsed.success) return failureOf(answer);
  const { code, message = '', error_data: data } = parsed.data.error;
  const reason = explain(code, data?.details ?? message);
  const pause = PAUSES[code];
  if (pause !== undefined)
    return new RateLimited(
      `${answer.what}: ${reason}`,
      readRetryAfter(answer.headers.get('retry-after')) ?? pause,
    );
  if (TRANSIENT.has(code)) return new Error(`${answer.what}: ${reason}`);
  return failureOf(answer, reason);
}
