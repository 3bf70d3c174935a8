import type { Receipt } from '../../contract/delivery.ts';
import type { OutboundContext } from '../platform.ts';
import { type Graph, readAnswer, sentMessage } from './api.ts';
import { isGroup, recipientOf } from './conversation.ts';

/** Sends a message: its type, and the field of that name. In groups it shows what it answers. */
export async function sendMessage(
  graph: Graph,
  { conversation, inReplyTo, signal }: OutboundContext,
  content: Record<string, unknown>,
): Promise<Receipt> {
  const answered = isGroup(conversation) && inReplyTo !== undefined;
  const json = {
    messaging_product: 'whatsapp',
    ...recipientOf(conversation),
    ...(answered && { context: { message_id: inReplyTo } }),
    ...content,
  };
  const answer = await graph.ofNumber('messages', { json, signal });
  return { messageId: readAnswer(answer, sentMessage).messages[0].id };
}
