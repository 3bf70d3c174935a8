import type { Attachment } from '../../contract/message.ts';
import { MAX_REF, MAX_TEXT_BYTES } from '../../contract/message.ts';
import type { MessageContent } from './event.ts';

const KINDS: Record<string, Attachment['kind']> = {
  'm.image': 'image',
  'm.audio': 'audio',
  'm.video': 'video',
  'm.file': 'file',
};

export interface Content {
  text: string;
  attachments: Attachment[];
}

/** What a message says. Undefined for notices, which are the words of bots, and for what is unknown. */
export function contentOf(content: MessageContent): Content | undefined {
  const read = readContent(content);
  if (!read || Buffer.byteLength(read.text) > MAX_TEXT_BYTES) return undefined;
  return { ...read, text: read.text.toWellFormed() };
}

function readContent(content: MessageContent): Content | undefined {
  const { msgtype = '', body = '', filename, geo_uri: geo } = content;
  if (msgtype === 'm.text') return said(withoutFallback(content));
  if (msgtype === 'm.emote') return said(body && `* ${body}`);
  if (msgtype === 'm.location') return said(`[location ${coordinates(geo) ?? body}]`);
  const kind = KINDS[msgtype];
  const file = kind && attachmentOf(kind, content);
  if (!file) return undefined;
  const caption = filename === undefined || filename === body ? '' : body;
  return { text: caption, attachments: [file] };
}

function said(text: string): Content | undefined {
  return text.trim() === '' ? undefined : { text, attachments: [] };
}

/** The file of a message; a sticker is an image. Undefined without one, or with an encrypted one. */
export function attachmentOf(
  kind: Attachment['kind'],
  { url, info, filename, body }: MessageContent,
): Attachment | undefined {
  if (!url?.startsWith('mxc://') || url.length > MAX_REF) return undefined;
  const name = (filename ?? body ?? '').slice(0, 255).toWellFormed();
  return {
    kind,
    ref: url,
    ...(info?.mimetype && { mediaType: info.mimetype }),
    ...(name && { name }),
    ...(info?.size !== undefined && { bytes: info.size }),
  };
}

/** Older clients quote the answered message at the beginning: lines with `> `, the first with its sender. */
function withoutFallback({ body = '', 'm.relates_to': relation }: MessageContent): string {
  if (!relation?.['m.in_reply_to'] || !/^> (?:\* )?<[@!]/.test(body)) return body;
  return body.replace(/^(?:> [^\n]*(?:\n|$))+\n?/, '');
}

/** `geo:52.5,13.4;u=35` is `52.5, 13.4`. */
function coordinates(uri = ''): string | undefined {
  const [, latitude, longitude] = /^geo:(-?[\d.]+),(-?[\d.]+)/.exec(uri) ?? [];
  return latitude === undefined ? undefined : `${latitude}, ${longitude}`;
}
