import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Receipt } from '../../contract/delivery.ts';
import type { Attachment } from '../../contract/message.ts';
import { download, tooLarge } from '../download.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type FetchOptions,
  type FileContent,
  type NamedFile,
  type OutboundContext,
} from '../platform.ts';
import { type Graph, readAnswer } from './api.ts';
import { sendMessage } from './send.ts';

const UPLOAD_TIMEOUT_MS = 60_000;

const media = z.object({
  url: z.url(),
  mime_type: z.string().optional(),
  /** In hex or base64. */
  sha256: z.string().optional(),
  file_size: z.coerce.number().optional(),
});

/** Asks where the file is, which is told for five minutes, and reads it. */
export async function fetchMedia(
  graph: Graph,
  { ref, mediaType }: Attachment,
  { maxBytes, signal }: FetchOptions,
): Promise<FileContent> {
  const answer = await graph.ofMedia(ref, { method: 'GET', signal }).catch((error: unknown) => {
    if (error instanceof DeliveryRefused) throw new AttachmentUnavailable(error.message);
    throw error;
  });
  const file = readAnswer(answer, media);
  if ((file.file_size ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const headers = graph.mediaHeaders(new URL(file.url));
  if (!headers) throw new AttachmentUnavailable('it is at an address that is not of WhatsApp');
  const content = await download({
    what: 'WhatsApp: media',
    url: file.url,
    headers,
    maxBytes,
    signal,
    mediaType: file.mime_type ?? mediaType,
  });
  const digest = createHash('sha256').update(content.bytes).digest();
  if (file.sha256 && file.sha256 !== digest.toString('hex') && file.sha256 !== digest.toString('base64'))
    throw new Error('WhatsApp: media: the file did not come whole');
  return content;
}

/** What WhatsApp shows as such; everything else is a document. */
const SHOWN: Record<string, 'image' | 'audio' | 'video'> = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'audio/aac': 'audio',
  'audio/amr': 'audio',
  'audio/mp4': 'audio',
  'audio/mpeg': 'audio',
  'audio/ogg': 'audio',
  'video/3gpp': 'video',
  'video/mp4': 'video',
};

/** Uploads a file, and sends a message with it. An upload that is repeated is seen by nobody. */
export async function sendFile(graph: Graph, context: OutboundContext, file: NamedFile): Promise<Receipt> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', uploadType(file.mediaType));
  form.set('file', new Blob([new Uint8Array(file.bytes)], { type: uploadType(file.mediaType) }), file.name);
  const { signal } = context;
  const uploaded = await graph.ofNumber('media', { body: form, signal, timeoutMs: UPLOAD_TIMEOUT_MS });
  const { id } = readAnswer(uploaded, z.object({ id: z.string().min(1) }));
  const type = SHOWN[file.mediaType];
  return sendMessage(
    graph,
    context,
    type ? { type, [type]: { id } } : { type: 'document', document: { id, filename: file.name } },
  );
}

/** WhatsApp takes some media types only, and of text this one. */
function uploadType(mediaType: string): string {
  return mediaType.startsWith('text/') || mediaType === 'application/json' ? 'text/plain' : mediaType;
}
