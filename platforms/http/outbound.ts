import type { Webhook } from 'standardwebhooks';
import { readRetryAfter } from '../../contract/retry-after.ts';
import { DeliveryRefused, type Outbound, type OutboundContext, RateLimited } from '../platform.ts';

const TIMEOUT_MS = 15_000;
/** The receiver will say the same to every further attempt. */
const REFUSED = new Set([400, 401, 403, 404, 410, 413, 422]);

/**
 * POSTs `{conversation, id, inReplyTo, text}`, signed by the Standard Webhooks scheme. `id` is the delivery's idempotency
 * key and also the header `webhook-id`: a receiver that has seen it answers 2xx and does nothing.
 * Without a callback URL nothing is sent; the reply is read from the HTTP API.
 */
export function createHttpOutbound(webhook: Webhook, callbackUrl: string | undefined): Outbound {
  return {
    split: (text, from) => ({ text: text.slice(from), next: null }),

    async post(context, text) {
      // A header holds ASCII only, and conversation ids hold any text.
      const id = encodeURI(context.key);
      if (callbackUrl === undefined) return { messageId: id };
      const { conversation, answers: inReplyTo } = context;
      const response = await send(webhook, callbackUrl, id, { conversation, id, inReplyTo, text }, context);
      await response.body?.cancel();
      if (!response.ok) throw failure(response);
      return { messageId: id };
    },
  };
}

async function send(webhook: Webhook, url: string, id: string, message: object, { signal }: OutboundContext) {
  const body = JSON.stringify(message);
  const now = new Date();
  try {
    return await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
      body,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`HTTP_CALLBACK_URL: no answer (${reasonOf(error)})`, { cause: error });
  }
}

function failure(response: Response): Error {
  const { status } = response;
  const message = `HTTP_CALLBACK_URL: answered ${status}`;
  // A redirect is not followed: the signature is for this address.
  if (REFUSED.has(status) || (status >= 300 && status < 400)) return new DeliveryRefused(message);
  const retryAfterMs =
    status === 429 || status === 503 ? readRetryAfter(response.headers.get('retry-after')) : undefined;
  return retryAfterMs === undefined ? new Error(message) : new RateLimited(message, retryAfterMs);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : error.name;
}
