import { MAX_EVENT_ID } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { conversationOf } from './conversation.ts';
import type { RoomEvent } from './event.ts';
import { eventById } from './lookup.ts';
import type { Reading } from './read-message.ts';

const MESSAGES = new Set(['m.room.message', 'm.sticker']);

/**
 * A message that was taken back. The homeserver strips it of everything, also of the thread that it was in: in threads
 * deletions are not seen.
 */
export async function readRedaction(
  event: RoomEvent,
  { homeserver, rooms, userId, signal }: Reading,
): Promise<Received['messages'][number] | undefined> {
  const target = event.content.redacts ?? event.redacts;
  const conversation = conversationOf({ roomId: event.room_id });
  if (typeof target !== 'string' || target.length > MAX_EVENT_ID || conversation === undefined)
    return undefined;
  const original = await eventById(homeserver, event.room_id, target, signal);
  // Only the homeserver knows whether the redaction was allowed.
  if (!original?.unsigned?.redacted_because || !MESSAGES.has(original.type)) return undefined;
  if (original.sender === userId) return undefined;
  const room = await rooms.get(event.room_id, signal);
  return {
    conversation,
    message: {
      id: event.event_id,
      text: '',
      sender: { id: event.sender },
      messageId: target,
      deleted: true,
      ...audience(room?.isGroup ?? true, true),
      ...(event.origin_server_ts !== undefined && { sentAt: event.origin_server_ts }),
    },
  };
}
