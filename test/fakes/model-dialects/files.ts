import { require } from './dialect.ts';

/** A file that came with a message. */
export interface ReceivedFile {
  mediaType: string;
  bytes: Buffer;
  name?: string;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BEGINNINGS: Record<string, RegExp> = {
  'image/png': /^\x89PNG\r\n\x1a\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
  'application/pdf': /^%PDF-/,
};

/** Throws `BadRequest` for what providers refuse: another type, broken base64, bytes of another type than is said. */
export function readFile(
  mediaType: string | undefined,
  base64: string | undefined,
  name?: string,
): ReceivedFile {
  const beginning = BEGINNINGS[mediaType ?? ''];
  require(beginning && mediaType, `unsupported media type: ${mediaType}`);
  require(base64 && BASE64.test(base64), 'file data is not valid base64');
  const bytes = Buffer.from(base64, 'base64');
  require(beginning.test(bytes.toString('latin1', 0, 16)), `the data is not ${mediaType}`);
  return { mediaType, bytes, ...(name === undefined ? {} : { name }) };
}

/** The same from a data URL, as OpenAI takes it. */
export function readDataUrl(url: string | undefined, name?: string): ReceivedFile {
  const [, mediaType, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url ?? '') ?? [];
  require(mediaType, 'a file must be a data URL with base64');
  return readFile(mediaType, base64, name);
}
