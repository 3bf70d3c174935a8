import { readCard, type ShownCard } from './card.ts';
import type { FakeChats, FakeMessage } from './chats.ts';
import { invalid, OpenApiError } from './error.ts';
import { FIELDS } from './fields.ts';

export type Payload = Record<string, unknown>;

const MOST_CARD_BYTES = 30 * 1024;
const MOST_TEXT_BYTES = 150 * 1024;
const MOST_EDITS = 20;
const EDITS_PER_SECOND = 5;
const UUID_MS = 3_600_000;

export interface Place {
  chatId: string;
  parentId?: string;
  threadId?: string;
}

/** Throws for missing and for unknown fields. (The real API ignores unknown ones, and so hides typing mistakes.) */
export function checkFields(method: keyof typeof FIELDS, payload: Payload): void {
  const fields: Record<string, string> = FIELDS[method];
  for (const name of Object.keys(payload))
    if (!(name in fields)) throw new OpenApiError(99992402, `field validation failed: unknown ${name}`);
  for (const [name, need] of Object.entries(fields))
    if (need === 'required' && (typeof payload[name] !== 'string' || payload[name] === ''))
      throw new OpenApiError(99992402, `field validation failed: ${name} is required`);
}

/** Sends, or returns the message that was sent with the same uuid within an hour. */
export function sendMessage(chats: FakeChats, from: string, place: Place, payload: Payload): FakeMessage {
  const uuid = typeof payload.uuid === 'string' ? payload.uuid : undefined;
  if (uuid !== undefined && uuid.length > 50)
    throw new OpenApiError(99992402, 'field validation failed: uuid');
  const before = uuid === undefined ? undefined : chats.uuids.get(uuid);
  if (before && Date.now() - before.createdAt < UUID_MS) return before;
  const type = String(payload.msg_type);
  const content = String(payload.content);
  const card = checkContent(chats, place.chatId, type, content, payload);
  const message = chats.add({ ...place, from, type, content, ...(card && { card }) });
  if (uuid !== undefined) chats.uuids.set(uuid, message);
  return message;
}

/** PATCH, for cards. */
export function patchCard(chats: FakeChats, from: string, id: string, payload: Payload): void {
  const message = editable(chats, from, id);
  if (message.type !== 'interactive') throw invalid('This message is NOT a card');
  const content = String(payload.content);
  const card = checkContent(chats, message.chatId, 'interactive', content, payload);
  const recent = message.editedAt.filter((at) => Date.now() - at < 1000);
  if (recent.length >= EDITS_PER_SECOND)
    throw new OpenApiError(230020, 'This operation triggers the frequency limit.');
  change(message, content);
  if (card) message.card = card;
}

/** PUT, for texts. */
export function putText(chats: FakeChats, from: string, id: string, payload: Payload): void {
  const message = editable(chats, from, id);
  if (message.type !== 'text' || payload.msg_type !== 'text')
    throw invalid('This message type cannot be edited');
  if (message.edits.length >= MOST_EDITS)
    throw new OpenApiError(230072, 'The message has reached the number of times it can be edited.');
  checkContent(chats, message.chatId, 'text', String(payload.content), payload);
  change(message, String(payload.content));
}

function change(message: FakeMessage, content: string): void {
  message.edits.push(message.content);
  message.editedAt.push(Date.now());
  message.content = content;
}

function editable(chats: FakeChats, from: string, id: string): FakeMessage {
  const message = chats.find(id);
  if (!message) throw invalid('invalid message_id');
  if (message.recalled) throw new OpenApiError(230011, 'The message is recalled.');
  if (message.from !== from) throw new OpenApiError(230027, 'Lack of necessary permissions.');
  return message;
}

function checkContent(
  chats: FakeChats,
  chatId: string,
  type: string,
  content: string,
  payload: Payload,
): ShownCard | undefined {
  const value = parse(content);
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  const tooLong = new OpenApiError(230025, 'The length of the message content reaches its limit.');
  switch (type) {
    case 'interactive':
      if (chats.withoutCards.has(chatId))
        throw new OpenApiError(230054, 'This type of message is unavailable in the connection group.');
      if (bytes > MOST_CARD_BYTES) throw tooLong;
      return readCard(value);
    case 'text':
      if (bytes > MOST_TEXT_BYTES) throw tooLong;
      if (typeof value.text !== 'string' || value.text === '') throw invalid('text is empty');
      return undefined;
    case 'image':
    case 'file': {
      const key = value[`${type}_key`];
      if (typeof key !== 'string' || !chats.files.has(key)) throw invalid(`invalid ${type}_key`);
      return undefined;
    }
    default:
      throw invalid('invalid msg_type');
  }
}

function parse(content: string): Payload {
  try {
    return JSON.parse(content) as Payload;
  } catch {
    throw invalid('content is not a string in json format');
  }
}
