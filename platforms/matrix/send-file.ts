import { z } from 'zod';
import type { Receipt } from '../../contract/delivery.ts';
import { kindOf } from '../media-kind.ts';
import type { NamedFile, OutboundContext } from '../platform.ts';
import { type Homeserver, matrixPath } from './homeserver.ts';
import type { Rooms } from './rooms.ts';
import { sendContent, sentBefore } from './send.ts';

const UPLOAD_MS = 60_000;
const uploaded = z.object({ content_uri: z.string() });

/** Uploads a file and shows it, or finds the message that already does. */
export async function sendMatrixFile(
  homeserver: Homeserver,
  rooms: Rooms,
  userId: string,
  context: OutboundContext,
  { name, mediaType, bytes }: NamedFile,
): Promise<Receipt> {
  const before = context.inDoubt && (await sentBefore(homeserver, context, userId));
  if (before) return { messageId: before.messageId };
  const answer = await homeserver.act({
    what: 'upload',
    path: matrixPath`/_matrix/media/v3/upload`,
    query: { filename: name },
    method: 'POST',
    headers: { 'content-type': mediaType },
    body: Buffer.from(bytes),
    timeoutMs: UPLOAD_MS,
    signal: context.signal,
  });
  return sendContent(homeserver, rooms, context, {
    msgtype: `m.${kindOf(mediaType)}`,
    body: name,
    filename: name,
    url: uploaded.parse(answer).content_uri,
    info: { mimetype: mediaType, size: bytes.length },
    'm.mentions': {},
  });
}
