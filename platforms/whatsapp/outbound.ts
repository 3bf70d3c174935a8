import { DeliveryRefused, type Outbound } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { Graph } from './api.ts';
import { asLines, interactive, LONGEST_LABEL, MOST_BUTTONS } from './buttons.ts';
import { isGroup } from './conversation.ts';
import { sendFile } from './files.ts';
import { renderWhatsApp } from './format.ts';
import { sendMessage } from './send.ts';

/** Longest text of one message, in characters. */
const MAX_LENGTH = 4096;

/**
 * WhatsApp has no idempotency key, shows a business no history, and edits nothing: a message whose answer was lost is sent
 * again (design decision 6 c).
 */
export function createWhatsAppOutbound(graph: Graph): Outbound {
  return {
    split: (text, from) => splitToFit(text, from, MAX_LENGTH, (part) => renderWhatsApp(part).length),

    buttons: { most: MOST_BUTTONS, longestLabel: LONGEST_LABEL },

    async post(context, text, buttons = []) {
      const rendered = renderWhatsApp(text);
      const body = rendered.length > MAX_LENGTH ? text : rendered;
      if (buttons.length > 0 && !isGroup(context.conversation))
        try {
          return await sendMessage(graph, context, interactive(body, buttons));
        } catch (error) {
          // Two labels that are the same, for instance.
          if (!(error instanceof DeliveryRefused)) throw error;
        }
      const content = { body: asLines(body, buttons), preview_url: false };
      return sendMessage(graph, context, { type: 'text', text: content });
    },

    sendFile: (context, file) => sendFile(graph, context, file),

    /** Also marks the message as read. */
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
