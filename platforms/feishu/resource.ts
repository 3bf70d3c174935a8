import type { Attachment } from '../../contract/message.ts';

/** A file in a message, by Feishu's key. */
export interface Resource {
  kind: Attachment['kind'];
  key: string;
  name?: string;
}

/** `{type}/{message_id}/{file_key}`: what fetching a file asks for. */
export function refOf(messageId: string, kind: Attachment['kind'], key: string): string {
  return `${kind === 'image' && key.startsWith('img') ? 'image' : 'file'}/${messageId}/${key}`;
}

/** The path and query that fetch it; undefined for what {@link refOf} never made. */
export function pathOf(ref: string): string | undefined {
  const [, type, messageId, key] = /^(image|file)\/([\w-]+)\/([\w-]+)$/.exec(ref) ?? [];
  return key && `im/v1/messages/${messageId}/resources/${key}?type=${type}`;
}
