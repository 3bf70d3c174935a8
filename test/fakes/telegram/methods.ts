import { z } from 'zod';
import type { FakeFile } from '../rig.ts';
import type { FakeChat, FakeChats, FakeMessage } from './chats.ts';
import { fieldsOf } from './fields.ts';
import { BadHtml, type Parsed, parseHtml } from './html.ts';

const LONGEST_TEXT = 4096;
const LARGEST_PHOTO = 10 * 1024 * 1024;
const LARGEST_DOCUMENT = 50 * 1024 * 1024;

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
  /** What people have sent, by file id. */
  files: Map<string, FakeFile>;
  me: { id: number; is_bot: true; first_name: string; username: string };
  webhook: { url: string; secret: string };
  commands: { command: string; description: string }[];
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
      ...buttonsOf(payload.reply_markup),
    });
    return describe(chat, message, me);
  },

  sendPhoto: (state, payload) => sendFile(state, payload, payload.photo, LARGEST_PHOTO),
  sendDocument: (state, payload) => sendFile(state, payload, payload.document, LARGEST_DOCUMENT),

  getFile({ files }, { file_id: fileId }) {
    const id = String(fileId);
    const file = files.get(id);
    if (!file)
      throw new BotApiError(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    return {
      file_id: id,
      file_unique_id: `unique-${id}`,
      file_size: file.bytes.length,
      file_path: `documents/${id}`,
    };
  },

  editMessageCaption({ chats, me }, payload) {
    const message = ownMessage(chats, payload);
    if (!message.file) throw new BotApiError(400, 'Bad Request: there is no caption in the message to edit');
    const caption = captionOf(payload);
    if (message.text === caption && sameButtons(message, payload)) throw notModified();
    Object.assign(message, { text: caption, ...buttonsOf(payload.reply_markup) });
    return describe(chatOf(chats, payload.chat_id), message, me);
  },

  editMessageText({ chats, me }, payload) {
    const parsed = parseText(payload, 'Bad Request: MESSAGE_TOO_LONG');
    const message = ownMessage(chats, payload);
    if (message.file) throw new BotApiError(400, 'Bad Request: there is no text in the message to edit');
    const sameText = message.text === parsed.text && message.entities.join() === parsed.entities.join();
    if (sameText && sameButtons(message, payload)) throw notModified();
    message.edits.push(message.text);
    Object.assign(message, parsed, {
      source: String(payload.text),
      ...buttonsOf(payload.reply_markup),
    });
    return { ...describe(chatOf(chats, payload.chat_id), message, me), edit_date: seconds() };
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

  setMyCommands(state, { commands }) {
    const parsed = commandList.safeParse(commands);
    if (!parsed.success) throw new BotApiError(400, 'Bad Request: BOT_COMMAND_INVALID');
    state.commands = parsed.data;
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

function sendFile({ chats, me }: BotState, payload: Payload, file: unknown, largest: number): Payload {
  if (typeof file !== 'object' || file === null || !('bytes' in file))
    throw new BotApiError(400, 'Bad Request: there is no file in the request');
  const { bytes } = file as FakeFile;
  if (bytes.length === 0) throw new BotApiError(400, 'Bad Request: file must be non-empty');
  if (bytes.length > largest) throw new BotApiError(413, 'Request Entity Too Large');
  const chat = writableChat(chats, payload.chat_id);
  const threadId = threadOf(chat, payload.message_thread_id);
  const message = chats.add(chat, {
    from: 'bot',
    source: '',
    text: captionOf(payload),
    entities: [],
    file: file as FakeFile,
    ...(threadId !== undefined && { threadId }),
    ...replyTo(chat, payload.reply_parameters),
  });
  return describe(chat, message, me);
}

function captionOf({ caption = '' }: Payload): string {
  if (typeof caption !== 'string') throw new BotApiError(400, 'Bad Request: caption must be a string');
  return caption;
}

/** A message that the bot may edit. */
function ownMessage(chats: FakeChats, { chat_id: chatId, message_id: id }: Payload): FakeMessage {
  if (typeof id !== 'number') throw new BotApiError(400, 'Bad Request: message identifier is not specified');
  const message = writableChat(chats, chatId).messages.find((one) => one.id === id);
  if (!message) throw new BotApiError(400, 'Bad Request: message to edit not found');
  if (message.from !== 'bot') throw new BotApiError(400, "Bad Request: message can't be edited");
  return message;
}

function notModified(): BotApiError {
  return new BotApiError(
    400,
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );
}

const commandList = z
  .array(
    z.strictObject({
      command: z.string().regex(/^[a-z0-9_]{1,32}$/),
      description: z.string().min(3).max(256),
    }),
  )
  .max(100);

const keyboard = z.strictObject({
  inline_keyboard: z.array(
    z.array(
      z.strictObject({
        text: z.string().min(1),
        callback_data: z
          .string()
          .min(1)
          .refine((data) => Buffer.byteLength(data) <= 64),
      }),
    ),
  ),
});

function buttonsOf(markup: unknown): { buttons: string[]; values: string[] } {
  if (markup === undefined) return { buttons: [], values: [] };
  const parsed = keyboard.safeParse(markup);
  if (!parsed.success) throw new BotApiError(400, 'Bad Request: BUTTON_DATA_INVALID');
  const keys = parsed.data.inline_keyboard.flat();
  return { buttons: keys.map(({ text }) => text), values: keys.map((key) => key.callback_data) };
}

function sameButtons({ buttons = [] }: FakeMessage, { reply_markup: markup }: Payload): boolean {
  return buttons.join() === buttonsOf(markup).buttons.join();
}

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
    ...(message.file
      ? { document: { file_id: `sent-${message.id}`, file_unique_id: `unique-${message.id}` } }
      : { text: message.text }),
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
