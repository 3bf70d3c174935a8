import type { Receipt } from '../../contract/delivery.ts';
import { jsonOf } from '../call.ts';
import { shortKey } from '../delivery-key.ts';
import { DeliveryRefused, type OutboundContext } from '../platform.ts';
import { type Graph, sentMessage } from './api.ts';
import { isGroup, recipientOf } from './conversation.ts';

/** Sends a message: its type, and the field of that name. In groups it shows what it answers, if WhatsApp lets it. */
export async function sendMessage(
  graph: Graph,
  context: OutboundContext,
  content: Record<string, unknown>,
): Promise<Receipt> {
  const { conversation, inReplyTo, signal } = context;
  const send = async (quote: object) => {
    const json = { messaging_product: 'whatsapp', ...recipientOf(context), ...quote, ...content };
    const answer = await graph.ofNumber('messages', { json, signal });
    // It was taken, whatever the answer looks like: sent again, it would be seen twice.
    const sent = sentMessage.safeParse(jsonOf(answer)).data;
    return { messageId: sent?.messages[0].id ?? shortKey(context.key, 32) };
  };
  if (!isGroup(conversation) || inReplyTo === undefined) return send({});
  try {
    return await send({ context: { message_id: inReplyTo } });
  } catch (error) {
    // Nothing says that groups have this, and what is answered may be gone.
    if (error instanceof DeliveryRefused) return send({});
    throw error;
  }
}
