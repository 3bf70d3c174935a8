import { z } from 'zod';
import { type Attachment, MAX_ATTACHMENTS } from '../../contract/message.ts';
import { kindOf } from '../media-kind.ts';
import { mediaTypeOf } from './media-type.ts';
import { type Resource, refOf } from './resource.ts';
import { readRichText } from './rich-text.ts';

/** What a message says: its text (mentions as `@_user_1`) and files. */
export interface Content {
  text: string;
  attachments: Attachment[];
}

const text = z.object({ text: z.string() });
const image = z.object({ image_key: z.string() });
const file = z.object({ file_key: z.string(), file_name: z.string().optional() });
const place = z.object({
  name: z.string().catch(''),
  latitude: z.coerce.string(),
  longitude: z.coerce.string(),
});

/** Kinds of messages that have neither text nor a file, and what is said of them. */
const THINGS: Record<string, string> = {
  sticker: 'sticker',
  share_chat: 'group card',
  share_user: 'contact card',
  share_calendar_event: 'calendar event',
  calendar: 'calendar event',
  general_calendar: 'calendar event',
  folder: 'folder',
  hongbao: 'red packet',
  merge_forward: 'forwarded messages',
  todo: 'task',
  video_chat: 'video meeting',
  vote: 'poll',
};

/** Undefined for what says nothing: system messages, and kinds that are not known. */
export function contentOf(messageId: string, type: string, json: string): Content | undefined {
  const content = parse(json);
  switch (type) {
    case 'text':
      return only(text.safeParse(content).data?.text);
    case 'post':
    case 'interactive': {
      const { text: said, resources } = readRichText(content);
      const attachments = resources
        .slice(0, MAX_ATTACHMENTS)
        // What is in a card cannot be fetched.
        .filter(() => type === 'post')
        .map((resource) => attachment(messageId, resource));
      return said === '' && attachments.length === 0 ? undefined : { text: said, attachments };
    }
    case 'image': {
      const { data } = image.safeParse(content);
      return data && files(attachment(messageId, { kind: 'image', key: data.image_key }));
    }
    case 'file':
    case 'audio':
    case 'media': {
      const { data } = file.safeParse(content);
      if (!data) return undefined;
      const { file_key: key, file_name: name = '' } = data;
      const kind = type === 'media' ? 'video' : type === 'audio' ? 'audio' : kindOf(mediaTypeOf(name));
      return files(attachment(messageId, { kind, key, name }));
    }
    case 'location': {
      const { data } = place.safeParse(content);
      if (!data) return only('[location]');
      return only(
        `[${['location', `${data.latitude}, ${data.longitude}`, data.name].filter(Boolean).join(' ')}]`,
      );
    }
    default:
      return only(THINGS[type] && `[${THINGS[type]}]`);
  }
}

function only(said: string | undefined): Content | undefined {
  return said ? { text: said, attachments: [] } : undefined;
}

function files(...attachments: Attachment[]): Content {
  return { text: '', attachments };
}

const USUAL: Partial<Record<Attachment['kind'], string>> = { audio: 'audio/ogg', video: 'video/mp4' };

function attachment(messageId: string, { kind, key, name }: Resource): Attachment {
  const mediaType = mediaTypeOf(name ?? '') ?? USUAL[kind];
  return {
    kind,
    ref: refOf(messageId, kind, key),
    ...(mediaType && { mediaType }),
    ...(name && { name }),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
