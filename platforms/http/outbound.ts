import type { Webhook } from 'standardwebhooks';
import { call, failureOf } from '../call.ts';
import type { Outbound, OutboundContext } from '../platform.ts';

/**
 * POSTs `{conversation, id, inReplyTo, text, file?}`, signed by the Standard Webhooks scheme. `id` is the delivery's
 * idempotency key and also the header `webhook-id`: a receiver that has seen it answers 2xx and does nothing. `file` is
 * `{name, mediaType, data}` with base64. Without a callback URL nothing is sent; the reply is read from the HTTP API.
 */
export function createHttpOutbound(webhook: Webhook, callbackUrl: string | undefined): Outbound {
  const send = async (context: OutboundContext, content: { text: string; file?: object }) => {
    // A header holds ASCII only, and conversation ids hold any text.
    const id = encodeURI(context.key);
    if (callbackUrl === undefined) return { messageId: id };
    const { conversation, answers: inReplyTo, signal } = context;
    const body = JSON.stringify({ conversation, id, inReplyTo, ...content });
    const now = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, now, body),
    };
    const answer = await call({ what: 'HTTP_CALLBACK_URL', url: callbackUrl, headers, body, signal });
    if (!answer.ok) throw failureOf(answer);
    return { messageId: id };
  };
  return {
    split: (text, from) => ({ text: text.slice(from), next: null }),
    post: (context, text) => send(context, { text }),
    sendFile: (context, { name, mediaType, bytes }) =>
      send(context, {
        text: `📎 ${name}`,
        file: { name, mediaType, data: Buffer.from(bytes).toString('base64') },
      }),
  };
}
