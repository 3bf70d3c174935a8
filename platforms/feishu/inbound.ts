import { type InboundMessage } from '../../contract/message.ts';
import type { AccessTokens } from '../access-token.ts';
import { audience } from '../audience.ts';
import type { Inbound, Received } from '../platform.ts';
import { acceptQuote, acceptText, readBody, requirePost } from '../webhook-body.ts';
import { readMentions } from './addressed.ts';
import type { CallFeishu, FeishuAccess } from './api.ts';
import { contentOf } from './content.ts';
import { conversationOf } from './conversation.ts';
import { envelope, type FeishuMessage, pressed, pressedValue, recalled, received } from './event.ts';
import { fetchFeishuFile } from './files.ts';
import { readMessage } from './message.ts';
import { type FeishuSecrets, verifiedBody } from './signature.ts';

export interface InboundDependencies {
  access: FeishuAccess;
  secrets: FeishuSecrets;
  tokens: AccessTokens;
  call: CallFeishu;
  /** The bot's `open_id`. */
  botId(): Promise<string>;
}

const NOTHING: Received = { messages: [] };

/** Takes events (schema 2.0) and presses of buttons on cards, at one address. */
export function createFeishuInbound(dependencies: InboundDependencies): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      const body = verifiedBody(request, dependencies.secrets);
      const { type, challenge, header } = readBody(body, envelope);
      if (type === 'url_verification')
        return { messages: [], respond: () => Response.json({ challenge: challenge ?? '' }) };
      switch (header?.event_type) {
        case 'im.message.receive_v1':
          return readNew(body, dependencies);
        case 'im.message.recalled_v1':
          return readRecall(body, dependencies);
        case 'card.action.trigger':
          return readPress(body);
        default:
          return NOTHING;
      }
    },

    fetchAttachment: (attachment, options) => fetchFeishuFile(dependencies, attachment, options),
  };
}

/**
 * The event id is the message's: Feishu may send it in several events with ids of their own, and names the message id as
 * what to recognise it by.
 */
async function readNew(body: Uint8Array, dependencies: InboundDependencies): Promise<Received> {
  const { sender, message } = readBody(body, received).event;
  // Two bots that answer each other would never end.
  if (sender.sender_type !== 'user') return NOTHING;
  const content = contentOf(message.message_id, message.message_type, message.content);
  if (!content) return NOTHING;
  const { text, mentioned } = await readMentions(message, content.text, dependencies.botId);
  const isDirect = message.chat_type === 'p2p';
  const { ours, quote } = await readAnswered(message, isDirect || mentioned, dependencies);

  const heard = audience(!isDirect, mentioned || ours);
  const { open_id: openId } = sender.sender_id;
  const sentAt = Number(message.create_time);
  const inbound: InboundMessage = {
    id: message.message_id,
    messageId: message.message_id,
    text: acceptText(text, heard),
    ...(openId && { sender: { id: openId } }),
    ...(sentAt > 0 && { sentAt }),
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(quote && { quote: acceptQuote(quote) }),
    ...heard,
    // Between two people an answer needs no quotation of what it answers.
    ...(isDirect && { returnAddress: { chat: 'p2p' } }),
  };
  return {
    messages: [
      {
        conversation: conversationOf({ chatId: message.chat_id, threadId: message.thread_id }),
        message: inbound,
      },
    ],
  };
}

/** The message that this one answers: whether it is the bot's, and what it says; in a thread all answer the first. */
async function readAnswered(
  { parent_id: parentId, thread_id: threadId }: FeishuMessage,
  addressed: boolean,
  { call, access }: InboundDependencies,
): Promise<{ ours: boolean; quote?: string }> {
  if (!parentId || (addressed && threadId)) return { ours: false };
  const parent = await readMessage(call, parentId).catch((error: unknown) => {
    // The quotation is a nicety; whether it is for us is not.
    if (addressed) return undefined;
    throw error;
  });
  const ours = parent?.senderId === access.appId;
  return { ours, ...(parent && !threadId && { quote: parent.text }) };
}

/** Feishu does not tell in which thread the message was. */
async function readRecall(body: Uint8Array, { call }: InboundDependencies): Promise<Received> {
  const { message_id: messageId, chat_id: chatId, recall_time: time } = readBody(body, recalled).event;
  const kept = await readMessage(call, messageId);
  const sentAt = Number(time);
  const message: InboundMessage = {
    id: `recall:${messageId}`,
    messageId,
    text: '',
    deleted: true,
    ...(sentAt > 0 && { sentAt }),
  };
  return { messages: [{ conversation: conversationOf({ chatId, threadId: kept?.threadId }), message }] };
}

/** The button's value is what its presser says. Feishu does not tell what kind of chat it is in, so the button does. */
function readPress(body: Uint8Array): Received {
  const { header, event } = readBody(body, pressed);
  const respond = () => Response.json({});
  const { data } = pressedValue.safeParse(event.action.value);
  // A card of somebody else's making.
  if (!data) return { messages: [], respond };
  const { open_chat_id: chatId, open_message_id: cardId } = event.context;
  const isDirect = data.direct === chatId;
  const message: InboundMessage = {
    id: header.event_id,
    text: acceptText(data.text),
    sender: { id: event.operator.open_id },
    ...audience(!isDirect, true),
    // The way into a thread is to answer one of its messages.
    ...((data.thread || isDirect) && {
      returnAddress: { ...(data.thread && { message: cardId }), ...(isDirect && { chat: 'p2p' }) },
    }),
  };
  return {
    messages: [{ conversation: conversationOf({ chatId, threadId: data.thread }), message }],
    respond,
  };
}
