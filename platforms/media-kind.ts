import type { Attachment } from '../contract/message.ts';

/** The kind of attachment that a media type (`image/png`) is. */
export function kindOf(mediaType = ''): Attachment['kind'] {
  const [kind] = mediaType.split('/');
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}
