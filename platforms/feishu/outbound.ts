import { MAX_BUTTON_LABEL, MAX_BUTTONS, type Receipt } from '../../contract/delivery.ts';
import type { Outbound, OutboundContext } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { type CallFeishu, FeishuRefused } from './api.ts';
import { type ButtonPlace, type Form, formsOf } from './card.ts';
import { placeOf } from './conversation.ts';
import { editMessage } from './edit.ts';
import { sendFeishuFile } from './files.ts';
import { type Sent, send } from './send.ts';

/** A message of more is no longer read, and a card of 30 KB, as it is sent, the most; the rest is for buttons. */
const MOST_CHARACTERS = 6_000;
const MOST_BYTES = 25_000;
/** A message that is older than this as it is sent was sent before. */
const BEFORE_MS = 10_000;
/** Taken back; too old for a card; edited too often; too old for a text; deleted. */
const NOT_EDITABLE = new Set([230011, 230031, 230072, 230075, 230110]);

export function createFeishuOutbound(call: CallFeishu): Outbound {
  /** What was sent before shows what was to be shown then; if it cannot be edited any more, the reply is sent again. */
  const renew = async (
    context: OutboundContext,
    { messageId }: Sent,
    forms: readonly Form[],
  ): Promise<Receipt> => {
    try {
      await editMessage(call, messageId, forms, context.signal);
      return { messageId };
    } catch (error) {
      if (!(error instanceof FeishuRefused && NOT_EDITABLE.has(error.code))) throw error;
      const again = await send(call, context, forms, `${context.key} again`);
      return { messageId: again.messageId };
    }
  };

  return {
    split: (text, from) =>
      splitToFit(text, from, MOST_CHARACTERS, (part) => (bytesOf(part) / MOST_BYTES) * MOST_CHARACTERS),

    buttons: { most: MAX_BUTTONS, longestLabel: MAX_BUTTON_LABEL },

    async post(context, text, buttons) {
      const forms = formsOf(text, buttons, buttonPlaceOf(context));
      const sent = await send(call, context, forms);
      return Date.now() - sent.sentAt > BEFORE_MS
        ? renew(context, sent, forms)
        : { messageId: sent.messageId };
    },

    edit: (context, { messageId }, text, buttons) =>
      editMessage(call, messageId, formsOf(text, buttons, buttonPlaceOf(context)), context.signal),

    async find(context, text, buttons) {
      const forms = formsOf(text, buttons, buttonPlaceOf(context));
      return renew(context, await send(call, context, forms), forms);
    },

    sendFile: (context, file) => sendFeishuFile(call, context, file),
  };
}

function buttonPlaceOf({ conversation, returnAddress }: OutboundContext): ButtonPlace {
  const { chatId, threadId } = placeOf(conversation);
  return {
    ...(threadId && { thread: threadId }),
    ...(returnAddress?.chat === 'p2p' && { direct: chatId }),
  };
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(formsOf(text)[0]));
}
