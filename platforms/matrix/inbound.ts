import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets } from '../secret.ts';
import { readBody } from '../webhook-body.ts';
import { endpointOf } from './endpoint.ts';
import { roomEvent, transaction } from './event.ts';
import type { Homeserver, MatrixAccess } from './homeserver.ts';
import { type AcceptsInvite, joinRoom } from './invites.ts';
import { createMedia } from './media.ts';
import { type Reading, readMessage } from './read-message.ts';
import { readRedaction } from './read-redaction.ts';
import { registerUser } from './register-user.ts';
import type { Rooms } from './rooms.ts';

export interface MatrixInboundOptions extends MatrixAccess {
  hsToken: string;
  acceptsInvite: AcceptsInvite;
}

/** A homeserver waits a minute for a transaction. */
const TIMEOUT_MS = 50_000;
export function createMatrixInbound(
  options: MatrixInboundOptions,
  homeserver: Homeserver,
  rooms: Rooms,
): Inbound {
  const { userId } = options;
  return {
    async receive(request) {
      checkToken(request, options.hsToken);
      const { name, id } = endpointOf(request);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const respond = () => Response.json({});
      if (name === 'transactions') {
        const { events } = readBody(request.body, transaction);
        return {
          messages: await readEvents(events, { homeserver, rooms, userId, signal }, options),
          respond,
        };
      }
      if (name !== 'ping') {
        if (id !== userId) throw new WebhookRefused(404, 'M_NOT_FOUND', `${id} is not the bot.`);
        await registerUser(homeserver, userId, signal);
      }
      return { messages: [], respond };
    },

    fetchAttachment: createMedia(options, homeserver),
  };
}

function checkToken({ headers }: WebhookRequest, hsToken: string): void {
  const [, token = ''] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (!equalSecrets(token, hsToken))
    throw new WebhookRefused(401, 'bad_signature', 'The hs_token is missing or wrong.');
}

/** What cannot be read is skipped: a transaction that is not taken holds up all that follow. */
async function readEvents(
  events: unknown[],
  reading: Reading,
  { acceptsInvite }: MatrixInboundOptions,
): Promise<Received['messages']> {
  const messages: Received['messages'] = [];
  for (const raw of events) {
    const event = roomEvent.safeParse(raw).data;
    if (!event) continue;
    if (event.type === 'm.room.message' || event.type === 'm.sticker')
      messages.push(...asList(await readMessage(event, reading)));
    else if (event.type === 'm.room.redaction') messages.push(...asList(await readRedaction(event, reading)));
    else if (event.type === 'm.room.member') {
      reading.rooms.forget(event.room_id);
      const invited = event.state_key === reading.userId && event.content.membership === 'invite';
      if (invited && acceptsInvite(event.sender)) messages.push(...(await joinRoom(event, reading)));
    }
  }
  return messages;
}

function asList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
