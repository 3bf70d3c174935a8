import type { Received } from '../platform.ts';
import type { RoomEvent } from './event.ts';
import { type HomeserverRequest, matrixPath } from './homeserver.ts';
import { latestEvents } from './lookup.ts';
import { type Reading, readMessage } from './read-message.ts';
import { registerUser } from './register-user.ts';

/** Whose invitations are accepted. */
export type AcceptsInvite = (sender: string) => boolean;

/** Joining a room of another homeserver may take minutes; ours goes on with it by itself. Less than a call may take. */
const JOIN_MS = 7_000;
/** Messages that are looked at for those that came between the invitation and the joining. */
const BEFORE_JOINING = 50;

/** From `any`, `none`, or user ids and server names, separated by commas; without it, the users of the bot's homeserver. */
export function invitePolicy(setting: string | undefined, userId: string): AcceptsInvite {
  const own = serverOf(userId);
  const accepted = new Set(
    (setting ?? own)
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  );
  if (accepted.has('none')) return () => false;
  return (sender) => accepted.has('any') || accepted.has(sender) || accepted.has(serverOf(sender));
}

function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(':') + 1);
}

/**
 * Joins the room and reads what was written there since the invitation: a person's first words often come before the
 * bot has joined, and the homeserver does not send those.
 */
export async function joinRoom(invite: RoomEvent, reading: Reading): Promise<Received['messages']> {
  const { homeserver, rooms, userId, signal } = reading;
  const { room_id: roomId, origin_server_ts: since = 0 } = invite;
  await registerUser(homeserver, userId, signal);
  const path = matrixPath`/_matrix/client/v3/join/${roomId}`;
  const joined = await inTime({ what: 'join', path, method: 'POST', json: {}, signal }, reading);
  if (!joined) return [];
  rooms.forget(roomId);
  const filter = { limit: BEFORE_JOINING, types: ['m.room.message', 'm.sticker'] };
  const events = await latestEvents(homeserver, roomId, filter, signal);
  const missed = events.filter(({ origin_server_ts: at = 0 }) => at >= since).toReversed();
  const messages: Received['messages'] = [];
  for (const event of missed) {
    const message = await readMessage(event, reading);
    if (message) messages.push(message);
  }
  return messages;
}

/** Whether it was done. What takes too long is not waited for: all later events wait behind this one. */
async function inTime(request: HomeserverRequest, { homeserver, signal }: Reading): Promise<boolean> {
  const patience = AbortSignal.timeout(JOIN_MS);
  try {
    const done = await homeserver.ask({ ...request, signal: AbortSignal.any([signal, patience]) });
    return done !== undefined;
  } catch (error) {
    if (patience.aborted && !signal.aborted) return false;
    throw error;
  }
}
