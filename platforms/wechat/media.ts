import type { Attachment } from '../../contract/message.ts';
import { withToken } from '../access-token.ts';
import { download } from '../download.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type FetchOptions,
  type FileContent,
  type NamedFile,
} from '../platform.ts';
import { type Api, type Fields, failureIn, isTokenRefused } from './api.ts';

const UPLOAD_TIMEOUT_MS = 60_000;
const PATH = 'media/get';

export type MediaType = 'image' | 'voice' | 'video' | 'file';

/** Uploads a file for three days. Returns its media id. */
export async function uploadMedia(
  api: Api,
  type: MediaType,
  { name, mediaType, bytes }: NamedFile,
  signal: AbortSignal,
): Promise<string> {
  const body = new FormData();
  body.append('media', new Blob([Buffer.from(bytes)], { type: mediaType }), name);
  const { media_id: mediaId } = await api.call({
    path: 'media/upload',
    query: { type },
    body,
    signal,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  if (typeof mediaId === 'string') return mediaId;
  throw new Error(`${api.vendor.name}: media/upload gave no media id`);
}

/** Fetches what a user sent; it is there for three days. */
export async function fetchMedia(
  api: Api,
  { ref, mediaType }: Attachment,
  options: FetchOptions,
): Promise<FileContent> {
  const { name, apiBaseUrl } = api.vendor;
  const what = `${name}: ${PATH}`;
  const attempt = (accessToken: string) => {
    const query = new URLSearchParams({ access_token: accessToken, media_id: ref }).toString();
    return download({ ...options, what, url: `${apiBaseUrl}/cgi-bin/${PATH}?${query}`, mediaType });
  };
  // Errors come with status 200 too.
  const file = await withToken(api.tokens, options.signal, attempt, (answer) =>
    isTokenRefused(fieldsIn(answer)),
  );
  const fields = fieldsIn(file);
  if (isTokenRefused(fields)) throw new Error(`${what}: a new access token is refused`);
  const failure = failureIn(api.vendor, PATH, fields);
  if (failure instanceof DeliveryRefused)
    throw new AttachmentUnavailable(`it is gone, or older than three days (${failure.message})`);
  if (failure) throw failure;
  if (fields.video_url !== undefined)
    return download({ ...options, what, url: videoUrl(fields.video_url, apiBaseUrl), mediaType });
  return { ...file, mediaType: file.mediaType.replace(/^voice\//, 'audio/') };
}

/** WeChat gives the address of a video instead of the video. */
function videoUrl(value: unknown, apiBaseUrl: string): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const known = url && (url.hostname.endsWith('.qq.com') || url.origin === new URL(apiBaseUrl).origin);
  if (known && /^https?:$/.test(url.protocol)) return url;
  throw new AttachmentUnavailable('its address is not one of Tencent');
}

/** The fields of an answer that is JSON and no file. */
function fieldsIn({ bytes, mediaType }: FileContent): Fields {
  if (!/^(application\/json|text\/)/.test(mediaType)) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
