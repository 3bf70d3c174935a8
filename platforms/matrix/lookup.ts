import { type RoomEvent, roomEvent } from './event.ts';
import { type Homeserver, matrixPath } from './homeserver.ts';

/** An event of a room; undefined if it is not there, or from before the bot may see it. */
export async function eventById(
  homeserver: Homeserver,
  roomId: string,
  eventId: string,
  signal: AbortSignal,
): Promise<RoomEvent | undefined> {
  const path = matrixPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`;
  return roomEvent.safeParse(await homeserver.ask({ what: 'event', path, signal })).data;
}

/** The latest events of a room, newest first; `filter` is a room event filter of the client-server API. */
export async function latestEvents(
  homeserver: Homeserver,
  roomId: string,
  filter: { limit: number; types: string[]; senders?: string[] },
  signal: AbortSignal,
): Promise<RoomEvent[]> {
  const path = matrixPath`/_matrix/client/v3/rooms/${roomId}/messages`;
  const query = { dir: 'b', limit: String(filter.limit), filter: JSON.stringify(filter) };
  return chunkOf(await homeserver.ask({ what: 'messages', path, query, signal }));
}

/** Events looked at for whether the bot has written in a thread. */
const THREAD = 50;

/** The latest messages of a thread, without the one that it began with. */
export async function threadEvents(
  homeserver: Homeserver,
  roomId: string,
  threadId: string,
  signal: AbortSignal,
): Promise<RoomEvent[]> {
  const path = matrixPath`/_matrix/client/v1/rooms/${roomId}/relations/${threadId}/m.thread`;
  const query = { dir: 'b', limit: String(THREAD) };
  return chunkOf(await homeserver.ask({ what: 'relations', path, query, signal }));
}

function chunkOf(page: unknown): RoomEvent[] {
  const { chunk } = (page ?? {}) as { chunk?: unknown };
  return Array.isArray(chunk) ? chunk.flatMap((event) => roomEvent.safeParse(event).data ?? []) : [];
}
