import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Receipt } from '../../contract/delivery.ts';
import type { OutboundContext } from '../platform.ts';
import { placeOf } from './conversation.ts';
import { type Homeserver, MatrixRefused, matrixPath } from './homeserver.ts';
import { latestEvents } from './lookup.ts';
import { DELIVERY, deliveryOf, editContent, relationOf, textContent } from './message.ts';
import type { Rooms } from './rooms.ts';

const sent = z.object({ event_id: z.string() });
const edit = z.object({
  'm.relates_to': z.object({ rel_type: z.literal('m.replace'), event_id: z.string() }),
  'm.new_content': z.object({ body: z.string() }),
});
/** How many people are in the room only decides whether a message is shown as an answer. */
const ROOM_MS = 3_000;
/** Own messages, edits included, among which an unrecorded one is looked for. */
const LOOK_AT = 200;

type Context = Pick<OutboundContext, 'conversation' | 'inReplyTo' | 'key' | 'signal'>;

/** Sends a message once: the delivery is its transaction id. */
export async function sendContent(
  homeserver: Homeserver,
  rooms: Rooms,
  context: Context,
  content: Record<string, unknown>,
): Promise<Receipt> {
  const { roomId } = placeOf(context.conversation);
  // If the room cannot be asked for, the sending will say why.
  const patience = AbortSignal.any([context.signal, AbortSignal.timeout(ROOM_MS)]);
  const room = await rooms.get(roomId, patience).catch(() => undefined);
  const related = { ...content, ...relationOf(context, room?.isGroup ?? false) };
  return put(homeserver, context, deliveryOf(context), related);
}

/** Sends markdown; without its HTML, if that makes the event too large. */
export function sendText(
  homeserver: Homeserver,
  rooms: Rooms,
  context: Context,
  text: string,
): Promise<Receipt> {
  return orPlain((plain) => sendContent(homeserver, rooms, context, textContent(text, plain)));
}

/** An edit does no harm twice, and may be of a text that was shown before: each has a transaction id of its own. */
export async function editText(
  homeserver: Homeserver,
  context: Context,
  { messageId }: Receipt,
  text: string,
): Promise<void> {
  const transactionId = `${deliveryOf(context)}.${randomUUID()}`;
  await orPlain((plain) => put(homeserver, context, transactionId, editContent(messageId, text, plain)));
}

/** Our message of this delivery that is in the room, and what it shows. */
export async function sentBefore(
  homeserver: Homeserver,
  context: Context,
  userId: string,
): Promise<(Receipt & { shown?: string }) | undefined> {
  const { roomId } = placeOf(context.conversation);
  const filter = { limit: LOOK_AT, types: ['m.room.message'], senders: [userId] };
  const events = await latestEvents(homeserver, roomId, filter, context.signal);
  const event = events.find(({ content }) => content[DELIVERY] === deliveryOf(context));
  if (!event) return undefined;
  const replaced = edit.safeParse(event.content).data;
  const shown = replaced ? replaced['m.new_content'].body : event.content.body;
  return {
    messageId: replaced?.['m.relates_to'].event_id ?? event.event_id,
    ...(typeof shown === 'string' && { shown }),
  };
}

async function put(
  homeserver: Homeserver,
  context: Context,
  transactionId: string,
  content: Record<string, unknown>,
): Promise<Receipt> {
  const { roomId } = placeOf(context.conversation);
  const answer = await homeserver.act({
    what: 'send',
    path: matrixPath`/_matrix/client/v3/rooms/${roomId}/send/m.room.message/${transactionId}`,
    method: 'PUT',
    json: { ...content, [DELIVERY]: deliveryOf(context) },
    signal: context.signal,
  });
  return { messageId: sent.parse(answer).event_id };
}

async function orPlain<T>(send: (plain: boolean) => Promise<T>): Promise<T> {
  try {
    return await send(false);
  } catch (error) {
    if (!(error instanceof MatrixRefused && error.errcode === 'M_TOO_LARGE')) throw error;
    return send(true);
  }
}
