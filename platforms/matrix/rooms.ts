import { z } from 'zod';
import { type Homeserver, matrixPath } from './homeserver.ts';

const joinedMembers = z.object({
  joined: z.record(z.string(), z.object({ display_name: z.string().nullish().catch(undefined) })),
});

/** Members come and go; who is told here of it sees it at once. */
const FRESH_MS = 60_000;
const MOST_ROOMS = 1_000;

export interface Room {
  /** More than one person and the bot. */
  isGroup: boolean;
  nameOf(userId: string): string | undefined;
}

/** The rooms that the bot is in, as last seen. */
export interface Rooms {
  /** Undefined if the bot is not in the room. */
  get(roomId: string, signal: AbortSignal): Promise<Room | undefined>;
  /** Its members have changed. */
  forget(roomId: string): void;
}

export function createRooms(homeserver: Homeserver): Rooms {
  const seen = new Map<string, { room: Room; until: number }>();
  return {
    async get(roomId, signal) {
      const known = seen.get(roomId);
      if (known && known.until > Date.now()) return known.room;
      const path = matrixPath`/_matrix/client/v3/rooms/${roomId}/joined_members`;
      const members = joinedMembers.safeParse(await homeserver.ask({ what: 'members', path, signal })).data;
      seen.delete(roomId);
      if (!members) return undefined;
      const room = roomOf(members.joined);
      seen.set(roomId, { room, until: Date.now() + FRESH_MS });
      for (const oldest of seen.keys()) {
        if (seen.size <= MOST_ROOMS) break;
        seen.delete(oldest);
      }
      return room;
    },
    forget: (roomId) => void seen.delete(roomId),
  };
}

function roomOf(joined: z.output<typeof joinedMembers>['joined']): Room {
  const names = new Map(Object.entries(joined).map(([userId, { display_name: name }]) => [userId, name]));
  return { isGroup: names.size > 2, nameOf: (userId) => names.get(userId) ?? undefined };
}
