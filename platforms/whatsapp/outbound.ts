import { DeliveryRefused, type Outbound } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { Graph } from './api.ts';
import { asLines, interactive, LONGEST_LABEL, MOST_BUTTONS, ROOM_FOR_LINES } from './buttons.ts';
import { isGroup } from './conversation.ts';
import { sendFile } from './files.ts';
import { renderWhatsApp } from './format.ts';
import { sendMessage } from './send.ts';

/** Longest text of one message, in characters. */
const MAX_LENGTH = 4096;
/** A part may get lines for its buttons. */
const MAX_PART = MAX_LENGTH - ROOM_FOR_LINES;

/**
 * WhatsApp has no idempotency key, shows a business no history, and edits nothing: a message whose answer was lost is sent
 * again (design decision 6 c).
 */
export function createWhatsAppOutbound(graph: Graph): Outbound {
  return {
    split: (text, from) => splitToFit(text, from, MAX_PART, (part) => renderWhatsApp(part).length),

    buttons: { most: MOST_BUTTONS, longestLabel: LONGEST_LABEL },

    async post(context, text, buttons = []) {
      const rendered = renderWhatsApp(text);
      const body = rendered.length > MAX_PART ? text : rendered;
      if (buttons.length > 0 && !isGroup(context.conversation))
        try {
          return await sendMessage(graph, context, interactive(body, buttons));
        } catch (error) {
          // Two labels that are the same, for instance.
          if (!(error instanceof DeliveryRefused)) throw error;
        }
      const content = { body: asLines(body, buttons, MAX_LENGTH), preview_url: false };
      return sendMessage(graph, context, { type: 'text', text: content });
    },

    sendFile: (context, file) => sendFile(graph, context, file),

    /** Also marks the message as read. */
    typingLastsMs: 24_000,

    async typing({ inReplyTo, signal }) {
      if (inReplyTo === undefined) return;
      const json = {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: inReplyTo,
        typing_indicator: { type: 'text' },
      };
      // Only a nicety: nothing depends on it.
      await graph.ofNumber('messages', { json, signal }).catch(() => {});
    },
  };
}
