import type { messagingApi } from '@line/bot-sdk';
import type { Button } from '../../contract/delivery.ts';
import { uuidKey } from '../delivery-key.ts';
import { DeliveryRefused, type Outbound, RateLimited } from '../platform.ts';
import { PLAIN, renderDialect } from '../text/dialect.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { LineApi } from './api.ts';
import { isUser, recipientOf } from './conversation.ts';
import { usableReplyToken } from './reply-token.ts';

/** Longest text of one message, in UTF-16 units. */
const MAX_LENGTH = 5_000;
/** A multiple of five, of at most 60. It ends with our message. */
const LOADING_SECONDS = 20;

/**
 * The first message of a turn goes by the reply token, which costs nothing; all others are pushed with a retry key, and
 * count towards the account's monthly messages.
 *
 * A reply has no retry key. But a token is used once: while it is young, LINE's refusal of it in a second attempt says that
 * the first one acted. When it is old by then, nothing tells, and the message is pushed: it may be seen twice.
 */
export function createLineOutbound(api: LineApi): Outbound {
  return {
    split: (text, from) => splitToFit(text, from, MAX_LENGTH, (part) => renderPlain(part).length),

    buttons: { most: 13, longestLabel: 20 },

    async post(context, text, buttons = []) {
      const to = recipientOf(context.conversation);
      const messages = [textMessage(text, buttons)];
      const reply = usableReplyToken(context);
      if (reply) {
        const outcome = await api.reply({ replyToken: reply.token, messages }, context.signal);
        if (outcome === 'sent' || context.inDoubt) return { messageId: reply.messageId };
      }
      try {
        return { messageId: await api.push({ to, messages }, uuidKey(context.key), context.signal) };
      } catch (error) {
        throw reply ? withoutDoubt(error, context.signal) : error;
      }
    },

    typingLastsMs: 19_000,

    async typing({ conversation, signal }) {
      // Only a nicety: nothing depends on it.
      if (isUser(conversation))
        await api
          .showLoading({ chatId: conversation, loadingSeconds: LOADING_SECONDS }, signal)
          .catch(() => {});
    },
  };
}

/**
 * The token was used up by a message that nobody recorded, so this one is pushed, and its retry key makes another attempt
 * safe. That one must not be in doubt, or it would take the used token for a sign that this one was sent.
 */
function withoutDoubt(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof DeliveryRefused || error instanceof RateLimited) return error;
  return new RateLimited(error instanceof Error ? error.message : 'LINE: push failed', 1000);
}

function textMessage(text: string, buttons: readonly Button[]): messagingApi.TextMessage {
  const rendered = renderPlain(text);
  return {
    type: 'text',
    text: rendered.length > MAX_LENGTH ? text : rendered,
    ...(buttons.length > 0 && { quickReply: { items: buttons.map(quickReply) } }),
  };
}

/** Pressing it shows the label as a message of the presser, and sends us the value. */
function quickReply({ label, value }: Button): messagingApi.QuickReplyItem {
  return { type: 'action', action: { type: 'postback', label, data: value, displayText: label } };
}

function renderPlain(text: string): string {
  return renderDialect(text, PLAIN);
}
