import type { Attachment } from '../../contract/message.ts';
import type { LineMessage } from './event.ts';

const FILES = new Set(['image', 'video', 'audio', 'file']);

interface Content {
  text: string;
  attachments: Attachment[];
}

/** What a message says: its text, its file, or a note like `[location 52.5, 13.4]`. */
export function contentOf(message: LineMessage): Content {
  const { id, type, text, contentProvider: provider, fileName, fileSize } = message;
  if (type === 'text') return { text: text ?? '', attachments: [] };
  if (!FILES.has(type)) return { text: note(message), attachments: [] };
  // Fetched from there, it would be a call to any address that the sender likes.
  if (provider?.type === 'external')
    return { text: `[${[type, provider.originalContentUrl].filter(Boolean).join(' ')}]`, attachments: [] };
  const attachment: Attachment = {
    kind: type as Attachment['kind'],
    ref: id,
    ...(fileName && { name: fileName }),
    ...(fileSize !== undefined && { bytes: fileSize }),
  };
  return { text: '', attachments: [attachment] };
}

function note({ type, text, title, address, latitude, longitude, keywords = [] }: LineMessage): string {
  if (type === 'location')
    return `[location ${[`${latitude}, ${longitude}`, title, address].filter(Boolean).join(', ')}]`;
  if (type === 'sticker') return `[sticker${text || keywords[0] ? `: ${text || keywords.join(', ')}` : ''}]`;
  return `[${type}]`;
}
