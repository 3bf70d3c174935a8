import { z } from 'zod';
import { type Attachment, MAX_ATTACHMENTS, MAX_REF } from '../../contract/message.ts';
import { kindOf } from '../media-kind.ts';
import type { Activity, ActivityAttachment } from './activity.ts';

const FILE = 'application/vnd.microsoft.teams.file.download.info';
const CARD = /^application\/vnd\.microsoft\.(teams\.)?card\./;
const download = z.object({ downloadUrl: z.url(), fileType: z.string().optional() });

/** References: what the service keeps is fetched with our token, files in OneDrive and SharePoint by the link alone. */
export const INLINE = 'inline:';
export const LINKED = 'link:';

/** Media types of what a file is called, where that decides how the model sees it. */
const TYPES: Record<string, string> = {
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
};

/** Files and pictures of a message. */
export function attachmentsOf({ attachments, serviceUrl }: Activity): Attachment[] {
  return (attachments ?? []).flatMap((one) => attachmentOf(one, serviceUrl) ?? []).slice(0, MAX_ATTACHMENTS);
}

/** Notes of what cannot be fetched; not of the copy of the text in HTML. */
export function notesOf({ attachments, serviceUrl }: Activity): string[] {
  return (attachments ?? [])
    .filter((one) => one.contentType !== 'text/html' && !attachmentOf(one, serviceUrl))
    .map(({ contentType, name }) => {
      const kind = CARD.test(contentType) ? 'card' : kindOf(contentType);
      return name ? `[${kind}: ${name}]` : `[${kind}]`;
    });
}

function attachmentOf(one: ActivityAttachment, serviceUrl: string): Attachment | undefined {
  const attachment = linkedFile(one) ?? inlineMedia(one, serviceUrl);
  return attachment && attachment.ref.length <= MAX_REF ? attachment : undefined;
}

function linkedFile({ contentType, content, name }: ActivityAttachment): Attachment | undefined {
  if (contentType !== FILE) return undefined;
  const { data } = download.safeParse(content);
  if (!data) return undefined;
  const extension = (data.fileType ?? name?.split('.').at(-1) ?? '').toLowerCase();
  const mediaType = TYPES[extension];
  return {
    kind: kindOf(mediaType),
    ref: LINKED + data.downloadUrl,
    ...(mediaType && { mediaType }),
    ...(name && { name }),
  };
}

/** Only from the service that the verified token names: our token goes there. */
function inlineMedia(
  { contentType, contentUrl = '', name }: ActivityAttachment,
  serviceUrl: string,
): Attachment | undefined {
  if (!/^(image|audio|video)\//.test(contentType) || !URL.canParse(contentUrl)) return undefined;
  if (new URL(contentUrl).origin !== new URL(serviceUrl).origin) return undefined;
  const isExact = !contentType.endsWith('/*');
  return {
    kind: kindOf(contentType),
    ref: INLINE + contentUrl,
    ...(isExact && { mediaType: contentType }),
    ...(name && { name }),
  };
}
