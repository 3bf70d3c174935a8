import type {
  FileContent,
  FileInfo,
  RelationEvent,
  ReplacementEvent,
  RoomMessageTextEventContent,
} from 'matrix-js-sdk/lib/types.js';

type Need = 'required' | 'optional';
/** For each field whether it is required, exactly as the SDK's types of the specification say: a difference is a type error. */
type Fields<T> = { [K in keyof T]-?: object extends Pick<T, K> ? 'optional' : 'required' };

/** Of `m.text`, `m.emote` and `m.notice`. */
export const TEXT: Fields<RoomMessageTextEventContent> = {
  msgtype: 'required',
  body: 'required',
  format: 'optional',
  formatted_body: 'optional',
  'm.mentions': 'optional',
};

/** Of `m.image`, `m.audio`, `m.video` and `m.file`, which the specification gives `m.mentions` as well. */
export const FILE: Fields<FileContent & Pick<RoomMessageTextEventContent, 'm.mentions'>> = {
  msgtype: 'required',
  body: 'required',
  filename: 'optional',
  url: 'optional',
  file: 'optional',
  info: 'optional',
  format: 'optional',
  formatted_body: 'optional',
  'm.mentions': 'optional',
};

export const INFO: Fields<FileInfo> = {
  mimetype: 'optional',
  size: 'optional',
  thumbnail_file: 'optional',
  thumbnail_info: 'optional',
  thumbnail_url: 'optional',
};

/** Of any message that belongs to another one. */
export const RELATED: Record<keyof RelationEvent | keyof ReplacementEvent<unknown>, Need> = {
  'm.relates_to': 'optional',
  'm.new_content': 'optional',
};

/** Names what is missing or not of the specification; undefined if all is right. Names of one's own are `a.b`, not `m.`. */
export function wrongField(
  fields: Record<string, Need>,
  content: Record<string, unknown>,
): string | undefined {
  const unknown = Object.keys(content).find(
    (name) => !Object.hasOwn(fields, name) && (name.startsWith('m.') || !name.includes('.')),
  );
  if (unknown !== undefined) return `unknown field ${unknown}`;
  const missing = Object.entries(fields).find(([name, need]) => need === 'required' && !(name in content));
  return missing && `missing field ${missing[0]}`;
}
