import { z } from 'zod';
import { download } from '../download.ts';
import type { Inbound } from '../platform.ts';
import { AttachmentUnavailable } from '../platform.ts';
import { type Homeserver, type MatrixAccess, matrixPath } from './homeserver.ts';

const MXC = /^mxc:\/\/([\w[][\w.:[\]-]*)\/([\w-]+)$/;
const versions = z.object({ versions: z.array(z.string()) });
/** The first version of the client-server API in which media are asked for with a token: 1.11. */
const AUTHENTICATED = 11;

/** Fetches `mxc://` files from our homeserver, which fetches those of others. */
export function createMedia(
  { homeserverUrl, asToken }: MatrixAccess,
  homeserver: Homeserver,
): NonNullable<Inbound['fetchAttachment']> {
  let authenticated: boolean | undefined;
  return async ({ ref, mediaType }, { maxBytes, signal }) => {
    const [, server, id] = MXC.exec(ref) ?? [];
    if (server === undefined || id === undefined)
      throw new AttachmentUnavailable('it is not in a media repository of Matrix');
    authenticated ??= await knowsAuthenticatedMedia(homeserver, signal);
    const path = authenticated
      ? matrixPath`/_matrix/client/v1/media/download/${server}/${id}`
      : matrixPath`/_matrix/media/v3/download/${server}/${id}`;
    return download({
      what: 'Matrix: media',
      url: `${homeserverUrl}${path}`,
      ...(authenticated && { headers: { authorization: `Bearer ${asToken}` } }),
      // Homeservers may keep their files elsewhere.
      mayRedirect: true,
      maxBytes,
      mediaType,
      signal,
    });
  };
}

async function knowsAuthenticatedMedia(homeserver: Homeserver, signal: AbortSignal): Promise<boolean> {
  const path = matrixPath`/_matrix/client/versions`;
  const known =
    versions.safeParse(await homeserver.ask({ what: 'versions', path, signal })).data?.versions ?? [];
  return known.some((version) => Number(/^v1\.(\d+)$/.exec(version)?.[1]) >= AUTHENTICATED);
}
