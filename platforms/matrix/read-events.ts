import { RateLimited, type Received } from '../platform.ts';
import { type RoomEvent, roomEvent } from './event.ts';
import { type Homeserver, matrixPath } from './homeserver.ts';
import { type AcceptsInvite, joinRoom } from './invites.ts';
import { type Reading, readMessage } from './read-message.ts';
import { readRedaction } from './read-redaction.ts';

type Messages = Received['messages'];

export interface ReaderOptions extends Omit<Reading, 'signal'> {
  acceptsInvite: AcceptsInvite;
}

/** For all that the homeserver is asked about one event. */
const EVENT_MS = 10_000;
/** How often an event is read that the homeserver fails at while it does well otherwise. */
const ATTEMPTS = 4;

/**
 * Reads the events of transactions. Throws for what may work later; then the homeserver repeats the transaction, which
 * holds up all that follow. So each attempt begins where the last one failed, and what cannot be read is left out.
 */
export function createEventReader(
  options: ReaderOptions,
): (events: unknown[], signal: AbortSignal) => Promise<Messages> {
  const { homeserver } = options;
  // Of the transaction that has not been read to its end; by event id.
  const read = new Map<string, Messages>();
  const failures = new Map<string, number>();

  async function readOrLeave(event: RoomEvent, signal: AbortSignal): Promise<Messages> {
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(EVENT_MS)]);
      return await readEvent(event, { ...options, signal: patience });
    } catch (error) {
      if (signal.aborted || error instanceof RateLimited) throw error;
      const failed = (failures.get(event.event_id) ?? 0) + 1;
      failures.set(event.event_id, failed);
      if (failed < ATTEMPTS || !(await doesWell(homeserver, signal))) throw error;
      return [];
    }
  }

  return async (events, signal) => {
    const messages: Messages = [];
    for (const raw of events) {
      const event = roomEvent.safeParse(raw).data;
      if (!event) continue;
      const said = read.get(event.event_id) ?? (await readOrLeave(event, signal));
      read.set(event.event_id, said);
      messages.push(...said);
    }
    read.clear();
    failures.clear();
    return messages;
  };
}

async function readEvent(
  event: RoomEvent,
  { acceptsInvite, ...reading }: ReaderOptions & Reading,
): Promise<Messages> {
  if (event.type === 'm.room.message' || event.type === 'm.sticker')
    return asList(await readMessage(event, reading));
  if (event.type === 'm.room.redaction') return asList(await readRedaction(event, reading));
  if (event.type !== 'm.room.member') return [];
  reading.rooms.forget(event.room_id);
  const invited = event.state_key === reading.userId && event.content.membership === 'invite';
  return invited && acceptsInvite(event.sender) ? joinRoom(event, reading) : [];
}

async function doesWell(homeserver: Homeserver, signal: AbortSignal): Promise<boolean> {
  const path = matrixPath`/_matrix/client/v3/joined_rooms`;
  const answer = await homeserver.ask({ what: 'rooms', path, signal }).catch(() => undefined);
  return answer !== undefined;
}

function asList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
