import { Routes } from 'discord-api-types/v10';
import { type Attachment, MAX_REF } from '../../contract/message.ts';
import { download } from '../download.ts';
import { kindOf } from '../media-kind.ts';
import { AttachmentUnavailable, type FetchOptions, type FileContent } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import type { DiscordAttachment, DiscordMessage } from './message.ts';

/** Where Discord keeps files. */
const HOSTS = new Set(['cdn.discordapp.com', 'media.discordapp.net']);

/** A file of a message in a channel. Its address would be good for a day; the message gives a new one at any time. */
export function attachmentOfMessage(
  file: DiscordAttachment,
  { channel_id: channel, id }: Pick<DiscordMessage, 'channel_id' | 'id'>,
): Attachment {
  return { ...described(file), ref: `${channel}/${id}/${file.id}` };
}

/** A file that came with a command is in no channel: its address is all there is. */
export function attachmentByUrl(file: DiscordAttachment): Attachment {
  return { ...described(file), ref: file.url.length <= MAX_REF ? file.url : '' };
}

function described({ filename, size, content_type: type }: DiscordAttachment): Omit<Attachment, 'ref'> {
  const mediaType = type?.split(';')[0]?.trim().toLowerCase();
  return {
    kind: kindOf(mediaType),
    name: filename,
    ...(mediaType && { mediaType }),
    ...(size !== undefined && { bytes: size }),
  };
}

/** Fetches a file. Its address must be one of Discord's; no token goes along. */
export async function fetchDiscordFile(
  call: CallDiscord,
  apiBaseUrl: string,
  { ref, mediaType }: Attachment,
  { maxBytes, signal }: FetchOptions,
): Promise<FileContent> {
  const [, channel, message, file] = /^(\d+)\/(\d+)\/(\d+)$/.exec(ref) ?? [];
  const address = file === undefined ? ref : await addressOf(call, `${channel}`, `${message}`, file, signal);
  const url = URL.parse(address);
  const isDiscords = url?.protocol === 'https:' && HOSTS.has(url.host);
  if (!url || !(isDiscords || url.origin === new URL(apiBaseUrl).origin))
    throw new AttachmentUnavailable('its address is not one of Discord');
  return download({ what: 'Discord: file', url, maxBytes, mediaType, signal });
}

async function addressOf(
  call: CallDiscord,
  channel: string,
  message: string,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { attachments } = await call<Pick<DiscordMessage, 'attachments'>>({
      what: 'reading a message',
      method: 'GET',
      route: Routes.channelMessage(channel, message),
      signal,
    });
    return attachments.find(({ id }) => id === file)?.url ?? '';
  } catch (error) {
    if (error instanceof DiscordRefused) throw new AttachmentUnavailable(error.message);
    throw error;
  }
}
