import type { Attachment } from '../../contract/message.ts';
import type { WhatsAppContent } from './event.ts';

interface Content {
  text: string;
  attachments: Attachment[];
}

/** Not for us: a reaction says nothing, a system message is WhatsApp's own, and the rest are changes that cannot be read. */
const SILENT = new Set(['reaction', 'system', 'edit', 'revoke']);

/** What a message says; undefined for what is no message of a person. */
export function contentOf(message: WhatsAppContent): Content | undefined {
  const { type, text, image, audio, video, document, sticker } = message;
  if (SILENT.has(type)) return undefined;
  if (text) return { text: text.body, attachments: [] };
  if (image) return withFile('image', image);
  if (audio) return withFile('audio', audio);
  if (video) return withFile('video', video);
  if (document) return withFile('file', document);
  if (sticker && !sticker.animated) return withFile('image', sticker);
  return { text: pressed(message) ?? note(message), attachments: [] };
}

function withFile(kind: Attachment['kind'], file: NonNullable<WhatsAppContent['image']>): Content {
  // `audio/ogg; codecs=opus`
  const mediaType = file.mime_type?.split(';')[0]?.trim();
  const attachment: Attachment = {
    kind,
    ref: file.id,
    ...(mediaType && { mediaType }),
    ...(file.filename && { name: file.filename }),
  };
  return { text: file.caption ?? '', attachments: [attachment] };
}

/** The value of a button or of a row of a list. */
function pressed({ button, interactive }: WhatsAppContent): string | undefined {
  const chosen = interactive?.button_reply ?? interactive?.list_reply;
  return chosen?.id || chosen?.title || button?.payload || button?.text || undefined;
}

function note({ type, location, contacts }: WhatsAppContent): string {
  if (location) {
    const { latitude, longitude, name, address } = location;
    return `[location ${[`${latitude}, ${longitude}`, name, address].filter(Boolean).join(', ')}]`;
  }
  if (contacts) {
    const people = contacts.map(({ name, phones = [] }) =>
      [name?.formatted_name, ...phones.map(({ phone }) => phone)].filter(Boolean).join(' '),
    );
    return `[contact ${people.join(', ')}]`;
  }
  return type === 'unsupported' ? '[a message that WhatsApp does not pass on]' : `[${type}]`;
}
