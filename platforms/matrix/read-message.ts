import { type InboundMessage } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { acceptQuote } from '../webhook-body.ts';
import { readMentions } from './addressed.ts';
import { attachmentOf, type Content, contentOf } from './content.ts';
import { conversationOf } from './conversation.ts';
import { type MessageContent, messageContent, type RoomEvent } from './event.ts';
import type { Homeserver } from './homeserver.ts';
import { eventById, threadEvents } from './lookup.ts';
import type { Room, Rooms } from './rooms.ts';

export interface Reading {
  homeserver: Homeserver;
  rooms: Rooms;
  /** The bot. */
  userId: string;
  signal: AbortSignal;
}

/** A message that was written, with what it says now and where it belongs. */
interface Written {
  /** The event itself; of an edit, the one that is edited. */
  original: RoomEvent;
  content: MessageContent;
  relation: MessageContent['m.relates_to'];
}

/** What was written or reworded in a room. */
export async function readMessage(
  event: RoomEvent,
  reading: Reading,
): Promise<Received['messages'][number] | undefined> {
  if (event.sender === reading.userId) return undefined;
  const written = await writtenBy(event, reading);
  const said = written && saidIn(written);
  if (!said) return undefined;
  const room = await reading.rooms.get(event.room_id, reading.signal);
  const conversation = conversationOf({ roomId: event.room_id, ...threadOf(written) });
  if (!room || conversation === undefined) return undefined;

  const answered = await answeredBy(written, reading);
  const { text, isAddressed } = await readWords(said, written, room, answered, reading);
  const name = room.nameOf(event.sender);
  const quote = answered && quoteOf(answered);
  const message: InboundMessage = {
    id: event.event_id,
    text,
    sender: { id: event.sender, ...(name && { name: name.toWellFormed() }) },
    messageId: written.original.event_id,
    ...(event.origin_server_ts !== undefined && { sentAt: event.origin_server_ts }),
    ...(written.original !== event && { edited: true as const }),
    ...(said.attachments.length > 0 && { attachments: said.attachments }),
    ...(quote && { quote }),
    ...audience(room.isGroup, isAddressed),
  };
  return { conversation, message };
}

/** An edit counts only if it is of the same sender's own message: nobody else checks that. */
async function writtenBy(event: RoomEvent, { homeserver, signal }: Reading): Promise<Written | undefined> {
  const content = messageContent.parse(event.content);
  const relation = content['m.relates_to'];
  if (relation?.rel_type !== 'm.replace') return { original: event, content, relation };
  const edited = messageContent.safeParse(content['m.new_content']).data;
  if (!edited || relation.event_id === undefined) return undefined;
  const original = await eventById(homeserver, event.room_id, relation.event_id, signal);
  if (!original || original.sender !== event.sender || original.type !== event.type) return undefined;
  const before = messageContent.parse(original.content)['m.relates_to'];
  return before?.rel_type === 'm.replace' ? undefined : { original, content: edited, relation: before };
}

function saidIn({ original, content }: Written): Content | undefined {
  if (original.type !== 'm.sticker') return contentOf(content);
  const sticker = attachmentOf('image', content);
  return sticker && { text: '', attachments: [sticker] };
}

function threadOf({ relation }: Written): { threadId?: string } {
  return relation?.rel_type === 'm.thread' && relation.event_id !== undefined
    ? { threadId: relation.event_id }
    : {};
}

/** The message that this one answers. */
async function answeredBy(
  { original, relation }: Written,
  { homeserver, signal }: Reading,
): Promise<RoomEvent | undefined> {
  const id = relation?.is_falling_back ? undefined : relation?.['m.in_reply_to']?.event_id;
  return id === undefined ? undefined : eventById(homeserver, original.room_id, id, signal);
}

function quoteOf({ content }: RoomEvent): string {
  const said = contentOf(messageContent.parse({ ...content, msgtype: 'm.text' }));
  return acceptQuote(said?.text ?? '');
}

/**
 * What a message says without the bot's name, and whether it is meant for the bot: with more than one person in the room
 * that takes a mention, an answer to the bot, or a thread that it takes part in.
 */
async function readWords(
  said: Content,
  written: Written,
  room: Room,
  answered: RoomEvent | undefined,
  reading: Reading,
): Promise<{ text: string; isAddressed: boolean }> {
  const { userId } = reading;
  const pinged = written.content['m.mentions']?.user_ids?.includes(userId) ?? false;
  const { text, mentioned } = readMentions(said.text, { userId, name: room.nameOf(userId) }, pinged);
  const isAddressed =
    !room.isGroup || mentioned || answered?.sender === userId || (await takesPart(written, reading));
  return { text, isAddressed };
}

/** Whether the bot has written in the thread, or began it. */
async function takesPart(written: Written, { homeserver, userId, signal }: Reading): Promise<boolean> {
  const { threadId } = threadOf(written);
  if (threadId === undefined) return false;
  const { room_id: roomId } = written.original;
  const root = await eventById(homeserver, roomId, threadId, signal);
  if (!root) return false;
  if (root.sender === userId) return true;
  // Told as `current_user_participated` too, but Synapse goes on saying no if it was asked before the bot's first message.
  const latest = await threadEvents(homeserver, roomId, threadId, signal);
  return latest.some(({ sender }) => sender === userId);
}
