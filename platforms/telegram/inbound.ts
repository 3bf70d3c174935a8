import { type Attachment, type InboundMessage, type Sender } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets } from '../secret.ts';
import { acceptQuote, acceptText, readBody, requirePost } from '../webhook-body.ts';
import { readWords } from './addressed.ts';
import type { CallTelegram, TelegramAccess } from './api.ts';
import { attachmentsOf, fetchTelegramFile } from './attachments.ts';
import type { Bot } from './bot.ts';
import { contentOf } from './content.ts';
import { conversationOf } from './conversation.ts';
import { type TelegramCallbackQuery, type TelegramMessage, type TelegramUpdate, update } from './update.ts';

const CHATS = new Set(['private', 'group', 'supergroup']);

export function createTelegramInbound(
  options: TelegramAccess & { webhookSecret: string },
  call: CallTelegram,
  bot: Bot,
): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      checkSecret(request, options.webhookSecret);
      const received = readBody(request.body, update);
      if (received.callback_query) return readPress(received, received.callback_query, bot);
      const message = await read(received, bot);
      return { messages: message ? [message] : [] };
    },

    fetchAttachment: (attachment, { maxBytes, signal }) =>
      fetchTelegramFile(call, options, attachment, { maxBytes, signal }),
  };
}

function checkSecret({ headers }: WebhookRequest, webhookSecret: string): void {
  if (!equalSecrets(headers.get('x-telegram-bot-api-secret-token') ?? '', webhookSecret))
    throw new WebhookRefused(401, 'bad_secret', 'X-Telegram-Bot-Api-Secret-Token is missing or wrong.');
}

async function read(received: TelegramUpdate, bot: Bot): Promise<Received['messages'][number] | undefined> {
  const message = received.message ?? received.edited_message;
  if (!message || !CHATS.has(message.chat.type) || message.is_automatic_forward) return undefined;
  const edited = received.message === undefined;
  const sender = senderOf(message);
  const content = contentOf(message);
  // An edit without text is a live location that moves, or the like.
  if (!sender || !content || (edited && !message.text && !message.caption)) return undefined;
  const { text, isAddressed } = await readWords(message, content, bot);
  const isGroup = message.chat.type !== 'private';
  // A command for another bot.
  if (!isGroup && !isAddressed) return undefined;

  const heard = audience(isGroup, isAddressed);
  const attachments = [...attachmentsOf(message), ...(isAddressed ? answeredFiles(message, bot) : [])];
  const quote = message.quote?.text ?? message.reply_to_message?.text ?? message.reply_to_message?.caption;
  const inbound: InboundMessage = {
    id: String(received.update_id),
    text: acceptText(text, heard),
    sender,
    messageId: String(message.message_id),
    sentAt: 1000 * (edited ? (message.edit_date ?? message.date) : message.date),
    ...(edited && { edited: true }),
    ...(attachments.length > 0 && { attachments }),
    ...(quote && { quote: acceptQuote(quote) }),
    ...heard,
  };
  return { conversation: placeNamed(message), message: inbound };
}

function placeNamed({
  chat,
  is_topic_message: inTopic,
  message_thread_id: threadId,
}: TelegramMessage): string {
  return conversationOf({ chatId: chat.id, ...(inTopic && threadId !== undefined && { threadId }) });
}

/** "@bot what is this?" under somebody's picture: in a group it has not reached us before. */
function answeredFiles({ chat, reply_to_message: answered }: TelegramMessage, bot: Bot): Attachment[] {
  const isNew = chat.type !== 'private' && answered && answered.from?.id !== bot.id;
  return isNew ? attachmentsOf(answered) : [];
}

/** The button's value is what its presser says. Answering the query ends the waiting that Telegram shows on the button. */
async function readPress(
  { update_id: id }: TelegramUpdate,
  { from, message, data, ...query }: TelegramCallbackQuery,
  bot: Bot,
): Promise<Received> {
  const answer = { method: 'answerCallbackQuery', callback_query_id: query.id };
  if (!message || !data || from.is_bot) return { messages: [], respond: () => Response.json(answer) };
  if (await hidesTopic(message, bot))
    return { messages: [], respond: () => Response.json({ ...answer, text: 'This message is gone.' }) };
  const pressed: InboundMessage = {
    id: String(id),
    text: acceptText(data),
    sender: personOf(from),
    ...audience(message.chat.type !== 'private', true),
  };
  return {
    messages: [{ conversation: placeNamed(message), message: pressed }],
    respond: () => Response.json(answer),
  };
}

/** A message that is gone has no date, and does not tell its topic either: it could be of any conversation of its chat. */
async function hidesTopic({ chat, date }: TelegramMessage, bot: Bot): Promise<boolean> {
  if (date !== 0) return false;
  return chat.type === 'private' ? bot.hasTopics() : chat.is_forum === true;
}

/** Undefined for other bots: two that answer each other would never end. */
function senderOf({ from, sender_chat: senderChat }: TelegramMessage): Sender | undefined {
  // An administrator who stays anonymous writes as the group, and anyone as their channel; `from` is then a bot.
  // Such chats have negative ids, and people positive ones: none may pass for a person.
  if (senderChat) return senderChat.id < 0 ? named(senderChat.id, senderChat.title) : undefined;
  if (!from || from.is_bot) return undefined;
  return personOf(from);
}

function personOf({ id, first_name: first, last_name: last }: TelegramCallbackQuery['from']): Sender {
  return named(id, [first, last].filter(Boolean).join(' '));
}

function named(id: number, name: string | undefined): Sender {
  return { id: String(id), ...(name && { name }) };
}
