import { shortKey } from '../delivery-key.ts';
import type { OutboundContext } from '../platform.ts';
import { type Place, placeOf } from './conversation.ts';
import { renderHtml } from './html.ts';

/** Which delivery an event belongs to: by it, and not by the transaction id, which homeservers forget, it is found again. */
export const DELIVERY = 'holdfast.delivery';

type Content = Record<string, unknown>;

/** Bytes of content that are sure to be an event that a homeserver takes: it has 65,536, with its own fields. */
export const MAX_CONTENT_BYTES = 60_000;

/** The delivery's key, the same at every attempt; the key alone is told apart only inside its conversation. */
export function deliveryOf({ conversation, key }: Pick<OutboundContext, 'conversation' | 'key'>): string {
  return shortKey(`${conversation} ${key}`, 32);
}

/** A message that shows markdown; `plain` leaves the HTML out. */
export function textContent(text: string, plain = false): Content {
  const html = plain ? undefined : renderHtml(text);
  return {
    msgtype: 'm.text',
    body: text,
    ...(html !== undefined && { format: 'org.matrix.custom.html', formatted_body: html }),
    // Nobody is pinged by a name that the text happens to have.
    'm.mentions': {},
  };
}

/** The event that makes another one show this; clients that know no edits show its `body`. */
export function editContent(eventId: string, text: string, plain = false): Content {
  return {
    msgtype: 'm.text',
    body: `* ${text}`,
    'm.mentions': {},
    'm.new_content': textContent(text, plain),
    'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
  };
}

/** Bytes of the larger of the two events that may have to show this text. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(editContent('$'.padEnd(44), text)));
}

/** The thread that a message belongs to, and what it answers: among two that is plain. */
export function relationOf(
  { conversation, inReplyTo }: Pick<OutboundContext, 'conversation' | 'inReplyTo'>,
  isGroup: boolean,
): Content {
  const { threadId }: Place = placeOf(conversation);
  const answered = inReplyTo ?? threadId;
  const reply = answered === undefined ? {} : { 'm.in_reply_to': { event_id: answered } };
  if (threadId !== undefined)
    return {
      'm.relates_to': { rel_type: 'm.thread', event_id: threadId, is_falling_back: true, ...reply },
    };
  return isGroup && inReplyTo !== undefined ? { 'm.relates_to': reply } : {};
}
