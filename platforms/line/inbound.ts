import { validateSignature } from '@line/bot-sdk';
import type { InboundMessage } from '../../contract/message.ts';
import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';
import { textForUs } from './addressed.ts';
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
    ...(event.replyToken && { returnAddress: replyAddress(event.replyToken, event.timestamp) }),
    ...said,
  };
  return { conversation, message };
}

/** What an event says to us; undefined for joining, leaving, and talk among others. */
function wordsOf(event: LineEvent): (Pick<InboundMessage, 'text'> & Partial<InboundMessage>) | undefined {
  const { type, message, postback, unsend } = event;
  if (type === 'follow') return { text: '/start' };
  if (type === 'postback' && postback) return { text: acceptText(postback.data) };
  if (type === 'unsend' && unsend) return { messageId: unsend.messageId, text: '', deleted: true };
  if ((type !== 'message' && type !== 'messageEdited') || !message) return undefined;

  const content = contentOf(message);
  const text = isGroup(event) ? textForUs(content.text, message) : content.text;
  if (text === undefined) return undefined;
  return {
    messageId: message.id,
    text: acceptText(text),
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(type === 'messageEdited' && { edited: true as const }),
  };
}
