import type { NamedFile } from '../platform.ts';
import type { MediaType } from '../wechat/media.ts';

const MB = 1024 * 1024;
/** WeCom refuses smaller files. */
const LEAST = 6;
const MOST: Record<MediaType, number> = { image: 10 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };
const TYPES: Record<string, MediaType> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'audio/amr': 'voice',
  'video/mp4': 'video',
};

/** As what a file is sent; undefined for one that WeCom does not take. */
export function mediaTypeOf({ mediaType, bytes }: NamedFile): MediaType | undefined {
  const { length } = bytes;
  const type = TYPES[mediaType] ?? 'file';
  if (length < LEAST || length > MOST.file) return undefined;
  return length <= MOST[type] ? type : 'file';
}
