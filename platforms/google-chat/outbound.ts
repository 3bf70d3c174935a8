import type { Button, Receipt } from '../../contract/delivery.ts';
import type { Answer } from '../call.ts';
import { shortKey, uuidKey } from '../delivery-key.ts';
import type { Outbound, OutboundContext } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { type GoogleChatApi, googleFailure, nameIn, statusOf } from './api.ts';
import { accessoryWidgets } from './buttons.ts';
import { lastOf, placeOf } from './conversation.ts';
import { renderMarkdown } from './format.ts';

/** Google takes 32,000 bytes of text and cards together: this leaves room for buttons. */
const MAX_BYTES = 28_000;
/** What Google says of a message that is not there. */
const MAY_BE_MISSING = new Set(['NOT_FOUND', 'PERMISSION_DENIED']);

export function createGoogleChatOutbound(api: GoogleChatApi, clickUrl: string | undefined): Outbound {
  const post = async (
    context: OutboundContext,
    text: string,
    buttons: readonly Button[] = [],
  ): Promise<Receipt> => {
    const { space, thread } = placeOf(context.conversation);
    const { requestId, messageId } = idsOf(context);
    const query = new URLSearchParams({
      requestId,
      messageId,
      ...(thread && { messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD' }),
    });
    const answer = await api.request('messages.create', `/v1/${space}/messages?${query.toString()}`, {
      json: {
        ...contentOf(text),
        ...(thread && { thread: { name: thread } }),
        ...(buttons.length > 0 && { accessoryWidgets: accessoryWidgets(buttons, clickUrl) }),
      },
      signal: context.signal,
    });
    // The request id is forgotten some day, the message's own id is not.
    const found =
      statusOf(answer) === 'ALREADY_EXISTS'
        ? await api.request('messages.get', `/v1/${space}/messages/${messageId}`, {
            method: 'GET',
            signal: context.signal,
          })
        : answer;
    return receiptOf(found);
  };

  const patch = (
    { conversation, signal }: OutboundContext,
    messageId: string,
    text: string,
    buttons: readonly Button[] = [],
  ): Promise<Answer> => {
    const { space } = placeOf(conversation);
    const path = `/v1/${space}/messages/${encodeURIComponent(messageId)}?updateMask=text,accessory_widgets`;
    const json = { ...contentOf(text), accessoryWidgets: accessoryWidgets(buttons, clickUrl) };
    return api.request('messages.patch', path, { method: 'PATCH', json, signal });
  };

  return {
    split: (text, from) =>
      splitToFit(text, from, MAX_BYTES, (part) => Buffer.byteLength(JSON.stringify(renderMarkdown(part)))),
    post,
    async edit(context, { messageId }, text, buttons) {
      receiptOf(await patch(context, messageId, text, buttons));
    },
    // One write if it is there: a second one in the same second would be refused, at every attempt.
    async find(context, text, buttons) {
      const found = await patch(context, idsOf(context).messageId, text, buttons);
      if (!MAY_BE_MISSING.has(statusOf(found) ?? '')) return receiptOf(found);
      // It may arrive just now, and show less: the next attempt finds it.
      const { messageId } = await post(context, text, buttons);
      return receiptOf(await patch(context, messageId, text, buttons));
    },
    // One write a second for each space, of all apps in it together.
    editEveryMs: 2000,
    buttons: { most: 8, longestLabel: 40 },
  };
}

function receiptOf(answer: Answer): Receipt {
  if (!answer.ok) throw googleFailure(answer);
  return { messageId: lastOf(nameIn(answer)) };
}

/** An app's own setting says how text is read where a message does not; an edit must say it again. */
function contentOf(text: string) {
  return { text: renderMarkdown(text), markupSyntax: 'MARKUP_SYNTAX_MARKDOWN' };
}

/** Both are forms of the key. A repeated request id is answered with the first message; a message id is given once in a space. */
function idsOf({ conversation, key }: OutboundContext): { requestId: string; messageId: string } {
  const name = `${conversation} ${key}`;
  return { requestId: uuidKey(name), messageId: `client-${shortKey(name, 40)}` };
}
