import { validateSignature } from '@line/bot-sdk';
import type { InboundMessage } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';
import { readWords } from './addressed.ts';
import type { LineApi } from './api.ts';
import { contentOf } from './content.ts';
import { conversationOf, isGroup } from './conversation.ts';
import { type LineEvent, webhookBody } from './event.ts';
import { replyAddress } from './reply-token.ts';

export function createLineInbound({ channelSecret }: { channelSecret: string }, api: LineApi): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      checkSignature(request, channelSecret);
      const { events } = readBody(request.body, webhookBody);
      return { messages: events.flatMap((event) => read(event) ?? []) };
    },

    fetchAttachment: ({ ref }, options) => api.content(ref, options),
  };
}

/** LINE signs no time, so the event ids alone tell a replay. */
function checkSignature({ headers, body }: WebhookRequest, channelSecret: string): void {
  if (!validateSignature(Buffer.from(body), channelSecret, headers.get('x-line-signature') ?? ''))
    throw new WebhookRefused(401, 'bad_signature', 'X-Line-Signature is missing or wrong.');
}

function read(event: LineEvent): Received['messages'][number] | undefined {
  const conversation = conversationOf(event);
  const said = event.mode === 'standby' ? undefined : wordsOf(event);
  if (conversation === undefined || !said) return undefined;
  const userId = event.source?.userId;
  const message: InboundMessage = {
    id: event.webhookEventId,
    sentAt: event.timestamp,
    ...(userId && { sender: { id: userId } }),
    ...audience(isGroup(event), true),
    ...(event.replyToken && { returnAddress: replyAddress(event.replyToken, event.timestamp) }),
    ...said,
  };
  return { conversation, message };
}

/** What an event says; undefined for joining and leaving. */
function wordsOf(event: LineEvent): (Pick<InboundMessage, 'text'> & Partial<InboundMessage>) | undefined {
  const { type, message, postback, unsend } = event;
  if (type === 'follow') return { text: '/start' };
  if (type === 'postback' && postback) return { text: acceptText(postback.data) };
  if (type === 'unsend' && unsend) return { messageId: unsend.messageId, text: '', deleted: true };
  if ((type !== 'message' && type !== 'messageEdited') || !message) return undefined;

  const content = contentOf(message);
  const alone = { text: content.text, isAddressed: true };
  const { text, isAddressed } = isGroup(event) ? readWords(content.text, message) : alone;
  const heard = audience(isGroup(event), isAddressed);
  return {
    messageId: message.id,
    text: acceptText(text, heard),
    ...heard,
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(type === 'messageEdited' && { edited: true as const }),
  };
}
