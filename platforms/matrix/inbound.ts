import { type Inbound, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets } from '../secret.ts';
import { readBody } from '../webhook-body.ts';
import { endpointOf } from './endpoint.ts';
import { transaction } from './event.ts';
import type { Homeserver, MatrixAccess } from './homeserver.ts';
import type { AcceptsInvite } from './invites.ts';
import { createMedia } from './media.ts';
import { createEventReader } from './read-events.ts';
import { registerUser } from './register-user.ts';
import type { Rooms } from './rooms.ts';

export interface MatrixInboundOptions extends MatrixAccess {
  hsToken: string;
  acceptsInvite: AcceptsInvite;
}

/** Homeservers wait half a minute for a transaction, or longer; the messages must be stored in that time too. */
const TIMEOUT_MS = 20_000;

export function createMatrixInbound(
  options: MatrixInboundOptions,
  homeserver: Homeserver,
  rooms: Rooms,
): Inbound {
  const { userId, acceptsInvite } = options;
  const readEvents = createEventReader({ homeserver, rooms, userId, acceptsInvite });
  return {
    async receive(request) {
      checkToken(request, options.hsToken);
      const { name, id } = endpointOf(request);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const respond = () => Response.json({});
      if (name === 'transactions') {
        const { events } = readBody(request.body, transaction);
        return { messages: await readEvents(events, signal), respond };
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
