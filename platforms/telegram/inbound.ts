import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboundMessage, Sender } from '../../contract/message.ts';
import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';
import { textForBot } from './addressed.ts';
import type { Bot } from './bot.ts';
import { contentOf } from './content.ts';
import { conversationOf } from './conversation.ts';
import { type TelegramMessage, type TelegramUpdate, update } from './update.ts';

const CHATS = new Set(['private', 'group', 'supergroup']);

export function createTelegramInbound(webhookSecret: string, bot: Bot): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      checkSecret(request, webhookSecret);
      const received = await read(readBody(request.body, update), bot);
      return { messages: received ? [received] : [] };
    },
  };
}

function checkSecret({ headers }: WebhookRequest, webhookSecret: string): void {
  const secret = headers.get('x-telegram-bot-api-secret-token') ?? '';
  // Hashed, because the comparison takes constant time only for equal lengths.
  if (!timingSafeEqual(sha256(secret), sha256(webhookSecret)))
    throw new WebhookRefused(401, 'bad_secret', 'X-Telegram-Bot-Api-Secret-Token is missing or wrong.');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function read(received: TelegramUpdate, bot: Bot): Promise<Received['messages'][number] | undefined> {
  const message = received.message ?? received.edited_message;
  if (!message || !CHATS.has(message.chat.type) || message.is_automatic_forward) return undefined;
  const edited = received.message === undefined;
  const sender = senderOf(message);
  const content = contentOf(message);
  // An edit without text is a live location that moves, or the like.
  if (!sender || !content || (edited && !message.text && !message.caption)) return undefined;
  const text = await textForBot(message, content, bot);
  if (text === undefined) return undefined;

  const threadId = message.is_topic_message ? message.message_thread_id : undefined;
  const inbound: InboundMessage = {
    id: String(received.update_id),
    text: acceptText(text),
    sender,
    messageId: String(message.message_id),
    sentAt: 1000 * (edited ? (message.edit_date ?? message.date) : message.date),
    ...(edited && { edited: true }),
  };
  return {
    conversation: conversationOf({ chatId: message.chat.id, ...(threadId !== undefined && { threadId }) }),
    message: inbound,
  };
}

/** Undefined for other bots: two that answer each other would never end. */
function senderOf({ from, sender_chat: senderChat }: TelegramMessage): Sender | undefined {
  // An administrator who stays anonymous writes as the group, and anyone as their channel; `from` is then a bot.
  if (senderChat) return named(senderChat.id, senderChat.title);
  if (!from || from.is_bot) return undefined;
  return named(from.id, [from.first_name, from.last_name].filter(Boolean).join(' '));
}

function named(id: number, name: string | undefined): Sender {
  return { id: String(id), ...(name && { name }) };
}
