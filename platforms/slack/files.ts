import { z } from 'zod';
import { type Attachment, MAX_ATTACHMENTS } from '../../contract/message.ts';
import { download, tooLarge } from '../download.ts';
import { kindOf } from '../media-kind.ts';
import { AttachmentUnavailable, type FetchOptions, type FileContent } from '../platform.ts';
import type { CallSlack, SlackAccess } from './api.ts';
import { SlackRefused } from './errors.ts';
import type { SlackFile } from './event.ts';

/** Files that are not in Slack (any more): they are told in the text. */
const ABSENT = new Set(['external', 'tombstone', 'hidden_by_limit']);

/** Referred to by their id: one of another workspace has no address before Slack is asked. */
export function attachmentsOf(files: readonly SlackFile[]): Attachment[] {
  return files
    .filter(({ mode }) => !ABSENT.has(mode ?? ''))
    .slice(0, MAX_ATTACHMENTS)
    .map(attachmentOf);
}

function attachmentOf({ id, name, mimetype, size, subtype }: SlackFile): Attachment {
  return {
    // A voice message may come as a video without pictures.
    kind: subtype === 'slack_audio' ? 'audio' : kindOf(mimetype ?? ''),
    ref: id,
    ...(mimetype && { mediaType: mimetype }),
    ...(name && { name }),
    ...(typeof size === 'number' && { bytes: size }),
  };
}

/** A line for each file that cannot be fetched. */
export function notesOf(files: readonly SlackFile[]): string[] {
  return files
    .filter(({ mode }) => ABSENT.has(mode ?? ''))
    .map(({ mode, title, name, url_private: url }) =>
      mode === 'external'
        ? `[file ${[title ?? name, url].filter(Boolean).join(' ')}]`
        : '[a file that is no longer there]',
    );
}

const fileInfo = z.object({
  file: z.object({
    url_private_download: z.string().optional(),
    url_private: z.string().optional(),
    mimetype: z.string().optional(),
    size: z.number().optional(),
  }),
});

export async function fetchSlackFile(
  call: CallSlack,
  { botToken, apiBaseUrl }: SlackAccess,
  { ref }: Attachment,
  { maxBytes, signal }: FetchOptions,
): Promise<FileContent> {
  const info = await call('files.info', { file: ref }, { signal }).catch((error: unknown) => {
    if (error instanceof SlackRefused) throw new AttachmentUnavailable(error.message);
    throw error;
  });
  const { file } = fileInfo.parse(info);
  const url = file.url_private_download ?? file.url_private;
  if (!url || !isSlacks(url, apiBaseUrl)) throw new AttachmentUnavailable('it is not kept by Slack');
  if ((file.size ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const content = await download({
    what: 'Slack: file',
    url,
    headers: { authorization: `Bearer ${botToken}` },
    maxBytes,
    signal,
    mediaType: file.mimetype,
  });
  if (content.mediaType === 'text/html' && file.mimetype !== 'text/html')
    throw new AttachmentUnavailable('Slack gives its login page instead: the app needs the scope files:read');
  return content;
}

/** Whether our token may go there: to the API's own host and those below it (`files.slack.com`). */
export function isSlacks(url: string, apiBaseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const file = new URL(url);
  const api = new URL(apiBaseUrl);
  if (file.origin === api.origin) return true;
  return file.protocol === 'https:' && file.port === '' && file.hostname.endsWith(`.${api.hostname}`);
}
