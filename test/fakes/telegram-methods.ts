import type { FakeChat, FakeChats, FakeMessage } from './telegram-chats.ts';
import { fieldsOf } from './telegram-fields.ts';
import { BadHtml, type Parsed, parseHtml } from './telegram-html.ts';

const LONGEST_TEXT = 4096;

/** An error answer of the Bot API. */
export class BotApiError extends Error {
  override name = 'BotApiError';
  readonly code: number;
  constructor(code: number, description: string) {
    super(description);
    this.code = code;
  }
}

export type Payload = Record<string, unknown>;

/** The state that methods work on. */
export interface BotState {
  chats: FakeChats;
  me: { id: number; is_bot: true; first_name: string; username: string };
  webhook: { url: string; secret: string };
  pendingUpdates(): number;
}

type Method = (state: BotState, payload: Payload) => unknown;

/** The methods of the Bot API that the fake knows, as strict as the real ones and about fields stricter. */
export const METHODS: Record<string, Method> = {
  getMe: ({ me }) => me,

  getChat({ chats }, { chat_id }) {
    const chat = chatOf(chats, chat_id);
    return {
      ...describeChat(chat),
      ...(chat.forum && { is_forum: true }),
      accent_color_id: 0,
      max_reaction_count: 11,
    };
  },

  sendMessage({ chats, me }, payload) {
    const parsed = parseText(payload, 'Bad Request: message is too long');
    const chat = writableChat(chats, payload.chat_id);
    const threadId = threadOf(chat, payload.message_thread_id);
    const message = chats.add(chat, {
      from: 'bot',
      source: String(payload.text),
      ...parsed,
      ...(threadId !== undefined && { threadId }),
      ...replyTo(chat, payload.reply_parameters),
    });
    return describe(chat, message, me);
  },

  editMessageText({ chats, me }, payload) {
    const { message_id: id } = payload;
    if (typeof id !== 'number')
      throw new BotApiError(400, 'Bad Request: message identifier is not specified');
    const parsed = parseText(payload, 'Bad Request: MESSAGE_TOO_LONG');
    const chat = writableChat(chats, payload.chat_id);
    const message = chat.messages.find((one) => one.id === id);
    if (!message) throw new BotApiError(400, 'Bad Request: message to edit not found');
    if (message.from !== 'bot') throw new BotApiError(400, "Bad Request: message can't be edited");
    if (message.text === parsed.text && message.entities.join() === parsed.entities.join())
      throw new BotApiError(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    message.edits.push(message.text);
    Object.assign(message, parsed, { source: String(payload.text) });
    return { ...describe(chat, message, me), edit_date: seconds() };
  },

  sendChatAction({ chats }, payload) {
    const chat = writableChat(chats, payload.chat_id);
    threadOf(chat, payload.message_thread_id);
    if (payload.action !== 'typing')
      throw new BotApiError(400, 'Bad Request: wrong parameter action in request');
    return true;
  },

  setWebhook({ webhook }, { url, secret_token: secret = '' }) {
    if (!/^[\w-]{0,256}$/.test(String(secret)))
      throw new BotApiError(400, 'Bad Request: secret token contains unallowed characters');
    // The real one demands HTTPS, except of a local Bot API server.
    Object.assign(webhook, { url, secret });
    return true;
  },

  deleteWebhook({ webhook }) {
    Object.assign(webhook, { url: '', secret: '' });
    return true;
  },

  getWebhookInfo: ({ webhook, pendingUpdates }) => ({
    url: webhook.url,
    has_custom_certificate: false,
    pending_update_count: pendingUpdates(),
  }),
};

/** Throws for missing and for unknown parameters. (The real one ignores unknown ones, and so hides typing mistakes.) */
export function checkFields(method: string, payload: Payload): void {
  const fields = fieldsOf(method);
  for (const name of Object.keys(payload))
    if (!(name in fields))
      throw new BotApiError(400, `Bad Request: unknown parameter "${name}" of ${method}`);
  for (const [name, need] of Object.entries(fields))
    if (
      need === 'required' &&
      (payload[name] === undefined || payload[name] === null || payload[name] === '')
    )
      throw new BotApiError(400, MISSING[name] ?? `Bad Request: parameter "${name}" is required`);
}

const MISSING: Record<string, string> = {
  chat_id: 'Bad Request: chat_id is empty',
  text: 'Bad Request: message text is empty',
};

function chatOf(chats: FakeChats, id: unknown): FakeChat {
  const chat = chats.find(Number(id));
  if (!chat) throw new BotApiError(400, 'Bad Request: chat not found');
  return chat;
}

function writableChat(chats: FakeChats, id: unknown): FakeChat {
  const chat = chatOf(chats, id);
  if (!chat.blocked) return chat;
  const reason = chat.type === 'private' ? 'blocked by the user' : `kicked from the ${chat.type} chat`;
  throw new BotApiError(403, `Forbidden: bot was ${reason}`);
}

function parseText({ text, parse_mode: mode }: Payload, tooLong: string): Parsed {
  if (typeof text !== 'string') throw new BotApiError(400, 'Bad Request: message text is empty');
  const parsed = mode === undefined ? { text, entities: [] } : parseMarkup(text, mode);
  if (parsed.text.trim() === '') throw new BotApiError(400, 'Bad Request: message text is empty');
  if (parsed.text.length > LONGEST_TEXT) throw new BotApiError(400, tooLong);
  return { ...parsed, text: parsed.text.trim() };
}

function parseMarkup(text: string, mode: unknown): Parsed {
  if (mode !== 'HTML') throw new BotApiError(400, 'Bad Request: unsupported parse_mode');
  try {
    return parseHtml(text);
  } catch (error) {
    if (error instanceof BadHtml)
      throw new BotApiError(400, `Bad Request: can't parse entities: ${error.message}`);
    throw error;
  }
}

function threadOf(chat: FakeChat, thread: unknown): number | undefined {
  if (thread === undefined) return undefined;
  const known = chat.messages.some(({ threadId }) => threadId === thread);
  if (!known) throw new BotApiError(400, 'Bad Request: message thread not found');
  return Number(thread);
}

function replyTo(chat: FakeChat, parameters: unknown): { replyTo?: number } {
  if (parameters === undefined) return {};
  const { message_id: id, allow_sending_without_reply: optional } = parameters as Payload;
  if (chat.messages.some((message) => message.id === id)) return { replyTo: Number(id) };
  if (optional === true) return {};
  throw new BotApiError(400, 'Bad Request: message to be replied not found');
}

/** The Bot API's `Message`, as far as anyone needs it. */
export function describe(chat: FakeChat, message: FakeMessage, from: Payload): Payload {
  return {
    message_id: message.id,
    from,
    chat: describeChat(chat),
    date: seconds(),
    text: message.text,
    ...(message.threadId !== undefined && { message_thread_id: message.threadId, is_topic_message: true }),
  };
}

function describeChat({ id, type, forum }: FakeChat): Payload {
  const name = type === 'private' ? { first_name: 'Ann' } : { title: 'Group' };
  return { id, type, ...name, ...(forum && { is_forum: true }) };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
