import type { z } from 'zod';
import { type InboundMessage, MAX_QUOTE, MAX_TEXT_BYTES } from '../contract/message.ts';
import { WebhookRefused, type WebhookRequest } from './platform.ts';

/** Refuses every method but POST: 405. */
export function requirePost(request: WebhookRequest): void {
  if (request.method !== 'POST') throw new WebhookRefused(405, 'method_not_allowed', 'Send a POST request.');
}

/** The body as JSON of this shape. Refused: 400 `invalid_json`, or 400 `invalid_message` naming the first wrong field. */
export function readBody<T>(body: Uint8Array, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw new WebhookRefused(400, 'invalid_message', `${field}: ${issue?.message ?? 'invalid'}`);
}

/** Text that can be stored: lone surrogates replaced. Refused: 413 `text_too_long`. */
export function acceptText(text: string, { unaddressed }: Pick<InboundMessage, 'unaddressed'> = {}): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_TEXT_BYTES) return text.toWellFormed();
  // Nobody sent it to us: refused, it would come again. `stream` leaves out a character that is cut in two.
  if (unaddressed)
    return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_TEXT_BYTES), { stream: true });
  throw new WebhookRefused(
    413,
    'text_too_long',
    `text: ${bytes} bytes, at most ${MAX_TEXT_BYTES} are accepted.`,
  );
}

/** The text of a quoted message as it is kept: its beginning, lone surrogates replaced. */
export function acceptQuote(text: string): string {
  return text.slice(0, MAX_QUOTE).toWellFormed();
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new WebhookRefused(400, 'invalid_json', 'The body is not JSON in UTF-8.');
  }
}
