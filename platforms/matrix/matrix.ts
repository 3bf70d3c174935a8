import type { Platform } from '../platform.ts';
import { createHomeserver, type MatrixAccess } from './homeserver.ts';
import { createMatrixInbound } from './inbound.ts';
import { invitePolicy } from './invites.ts';
import { createMatrixOutbound } from './outbound.ts';
import { createRooms } from './rooms.ts';

export interface MatrixOptions extends MatrixAccess {
  /** Token of the homeserver, by which we know it. */
  hsToken: string;
  /** `any`, `none`, or user ids and server names, separated by commas; the users of our homeserver, if not given. */
  acceptInvites?: string | undefined;
}

const USER_ID = /^@[a-z0-9._=/+-]+:[\w.:[\]-]+$/;

/** The platform `matrix`: an application service of a homeserver. Throws for a user id that cannot be one. */
export function createMatrix(options: MatrixOptions): Platform {
  const { userId } = options;
  if (!USER_ID.test(userId)) throw new Error('MATRIX_USER_ID: must look like @holdfast:example.org');
  const homeserver = createHomeserver(options);
  const rooms = createRooms(homeserver);
  const acceptsInvite = invitePolicy(options.acceptInvites, userId);
  return {
    name: 'matrix',
    inbound: createMatrixInbound({ ...options, acceptsInvite }, homeserver, rooms),
    outbound: createMatrixOutbound(homeserver, rooms, userId),
  };
}
