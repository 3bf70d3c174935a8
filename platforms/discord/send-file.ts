import type { Receipt } from '../../contract/delivery.ts';
import type { NamedFile, OutboundContext } from '../platform.ts';
import type { CallDiscord } from './api.ts';
import { findUnrecorded } from './find.ts';
import { sendMessage } from './send.ts';

/** Sends a file, or finds the one that was sent. */
export async function sendDiscordFile(
  call: CallDiscord,
  botId: (signal: AbortSignal) => Promise<string>,
  context: OutboundContext,
  { name, mediaType, bytes }: NamedFile,
): Promise<Receipt> {
  const found = context.inDoubt && (await findUnrecorded(call, botId, context, 'file'));
  if (found) return { messageId: found.id };
  const { id } = await sendMessage(call, context, {}, [
    { name, data: Buffer.from(bytes), contentType: mediaType },
  ]);
  return { messageId: id };
}
