import { shortKey } from '../delivery-key.ts';
import type { OutboundContext } from '../platform.ts';

/** LINE takes a reply token within a minute of the event; some of it is left for the call. */
const YOUNG_MS = 50_000;

/** What goes with a message so that it can be answered: its reply token, and when LINE made it, in ms since the epoch. */
export function replyAddress(replyToken: string, at: number): Record<string, string> {
  return { replyToken, at: String(at) };
}

/** A reply token, and the receipt of the one message that it sends. */
export interface ReplyToken {
  token: string;
  messageId: string;
}

/**
 * The reply token, if it can still be used. Its message gets a receipt that names the token and not the message, because
 * LINE does not tell the message's id again when an answer was lost; and so a later message of the turn knows that it is used up.
 */
export function usableReplyToken({
  returnAddress,
  knownMessageIds,
}: OutboundContext): ReplyToken | undefined {
  const { replyToken: token, at } = returnAddress ?? {};
  if (token === undefined || !(Date.now() - Number(at) < YOUNG_MS)) return undefined;
  const messageId = `reply-${shortKey(token, 32)}`;
  return knownMessageIds.includes(messageId) ? undefined : { token, messageId };
}
