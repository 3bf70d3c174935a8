import type { Attachment } from '../contract/message.ts';
import type { UserEntry } from '../contract/transcript.ts';

/** What the model gets of an attachment: the file, the beginning of its text, or a word on why there is nothing. */
export type ShownFile =
  | { bytes: Uint8Array; mediaType: string }
  | { text: string; cut: boolean }
  | { note: string };

/** By {@link fileKey}. */
export type ShownFiles = ReadonlyMap<string, ShownFile>;

/** Names the attachment of a message. */
export function fileKey({ seq }: Pick<UserEntry, 'seq'>, index: number): string {
  return `${seq}.${index}`;
}

/** How a model can be shown a file: as it is, as text, or not at all. */
export type Showable = 'image' | 'pdf' | 'text';

const BY_EXTENSION: Record<Showable, Set<string>> = {
  image: new Set('png jpg jpeg gif webp'.split(' ')),
  pdf: new Set(['pdf']),
  text: new Set(
    (
      'txt md markdown csv tsv json jsonl ndjson yaml yml toml ini cfg conf env log xml html htm css svg ics vcf tex srt ' +
      'sql js mjs cjs ts jsx tsx py rb go rs java kt swift c h cc cpp hpp cs php pl lua sh bash ps1 diff patch'
    ).split(' '),
  ),
};
const TEXT_TYPE =
  /^(?:text\/.+|application\/(?:json|xml|yaml|x-yaml|toml|sql|javascript|x-javascript|x-sh|x-ndjson|jsonl|csv|rtf|.+\+json|.+\+xml)|image\/svg\+xml)$/;
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** How an attachment can be shown, as far as its description tells; undefined if it cannot be. */
export function showableAs({ kind, mediaType = '', name = '' }: Attachment): Showable | undefined {
  const type = mediaType.replace(/;.*/s, '').trim().toLowerCase();
  if (kind === 'audio' || kind === 'video') return undefined;
  if (TEXT_TYPE.test(type)) return 'text';
  if (type === 'application/pdf') return 'pdf';
  if (IMAGES.has(type)) return 'image';
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = (Object.keys(BY_EXTENSION) as Showable[]).find((form) => BY_EXTENSION[form].has(extension));
  // Platforms do not tell the type of every photo; its bytes do.
  return known ?? (kind === 'image' && (type === '' || type === 'image/*') ? 'image' : undefined);
}

const SIGNATURES: [mediaType: string, matches: (bytes: Buffer) => boolean][] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['image/gif', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['image/webp', (bytes) => /^RIFF.{4}WEBP/s.test(bytes.toString('latin1', 0, 12))],
  ['application/pdf', (bytes) => bytes.toString('latin1', 0, 1024).includes('%PDF-')],
];

/** The media type that the bytes of a picture or PDF show; what is said of a file can be wrong, and providers refuse it then. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return SIGNATURES.find(([, matches]) => matches(buffer))?.[0];
}

/** `image photo.jpg, 12 KB`. */
export function describeFile({ kind, name, bytes }: Attachment): string {
  const called = name === undefined ? '' : ` ${name.replace(/\s+/g, ' ').slice(0, 100)}`;
  return `${kind}${called}${bytes === undefined ? '' : `, ${sizeOf(bytes)}`}`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024
    ? `${Math.round(bytes / 1024)} KB`
    : `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}
