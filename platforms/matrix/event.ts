import { z } from 'zod';
import { MAX_EVENT_ID } from '../../contract/message.ts';

/** What is not of the right type counts as not there: a homeserver passes on whatever a client has sent. */
const lenient = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);

/** A homeserver is asked for what it names: longer than any id, the question would be refused, or not be answered. */
const id = z.string().max(MAX_EVENT_ID);

const relatesTo = z.object({
  rel_type: lenient(z.string()),
  event_id: lenient(id),
  /** `m.in_reply_to` is there only for clients that know no threads. */
  is_falling_back: lenient(z.boolean()),
  'm.in_reply_to': lenient(z.object({ event_id: id })),
});

/** Content of `m.room.message` and `m.sticker`. */
export const messageContent = z.object({
  msgtype: lenient(z.string()),
  body: lenient(z.string()),
  /** Name of the file, if `body` is its caption. */
  filename: lenient(z.string()),
  url: lenient(z.string()),
  info: lenient(z.object({ mimetype: lenient(z.string()), size: lenient(z.int().min(0)) })),
  geo_uri: lenient(z.string()),
  'm.mentions': lenient(z.object({ user_ids: lenient(z.array(z.string())) })),
  'm.relates_to': lenient(relatesTo),
  'm.new_content': z.unknown().optional(),
});

/** An event of a room, as transactions and the client-server API give it. */
export const roomEvent = z.object({
  type: z.string(),
  event_id: id,
  room_id: id,
  sender: z.string(),
  /** Milliseconds, as the sender's homeserver says. */
  origin_server_ts: lenient(z.int()),
  state_key: lenient(z.string()),
  content: z.record(z.string(), z.unknown()),
  /** What a redaction takes back; in the content since version 11 of rooms. */
  redacts: lenient(z.string()),
  unsigned: lenient(z.object({ redacted_because: z.unknown().optional() })),
});

/** Body of `PUT /_matrix/app/v1/transactions/{txnId}`; each event is read for itself. */
export const transaction = z.object({ events: z.array(z.unknown()) });

export type RoomEvent = z.output<typeof roomEvent>;
export type MessageContent = z.output<typeof messageContent>;
