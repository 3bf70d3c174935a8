import type { Attachment } from '../contract/message.ts';
import type { Entry, UserEntry } from '../contract/transcript.ts';
import { fileKey, mediaTypeOf, type Showable, type ShownFile, showableAs } from '../models/shown-files.ts';
import type { Platform } from '../platforms/platform.ts';
import { type FetchAttachmentOptions, fetchAttachment } from './fetch-attachment.ts';
import type { Fetched } from './file-cache.ts';

const MB = 1024 * 1024;
/** Largest file, and most of all files, that one request to the model carries. */
const MAX_FILE = 8 * MB;
const MAX_ALL = 20 * MB;
/** Providers refuse a request with too many. */
const MAX_FILES = 40;
/** Most that is shown of a text file. */
const MAX_TEXT = 100 * 1024;
/** Fetching that takes longer than this begins with no further message: a platform that hangs must not hold up the turn. */
const PATIENCE_MS = 30_000;

const NO_LONGER_SHOWN: ShownFile = { note: 'no longer shown' };
const TOO_SLOW: ShownFile = { note: 'it could not be fetched in time' };

export interface ShowFilesOptions extends Pick<FetchAttachmentOptions, 'cache' | 'signal'> {
  /** Where a message's files are fetched. */
  platformOf(entry: UserEntry): Platform | undefined;
}

/**
 * Fetches what the model is to be shown of the attachments, the newest first, as much as one request may carry. Whatever goes
 * wrong with a file is a note in its place. Throws only the signal's reason.
 */
export async function showFiles(
  entries: readonly Entry[],
  fetching: ShowFilesOptions,
): Promise<Map<string, ShownFile>> {
  const shown = new Map<string, ShownFile>();
  const end = performance.now() + PATIENCE_MS;
  let room = MAX_ALL;
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'user' || !entry.attachments) continue;
    const instead = room <= 0 || shown.size >= MAX_FILES ? NO_LONGER_SHOWN : undefined;
    const late = performance.now() > end ? TOO_SLOW : undefined;
    const files = await Promise.all(
      showable(entry).map(async ({ attachment, index, form }) => ({
        key: fileKey(entry, index),
        file:
          instead ??
          late ??
          (await showFile(attachment, form, { ...fetching, platform: fetching.platformOf(entry) })),
      })),
    );
    for (const { key, file } of files) {
      const size = sizeOf(file);
      shown.set(key, size <= room ? file : NO_LONGER_SHOWN);
      // What is older than the first that does not fit is not shown either.
      room = size <= room ? room - size : 0;
    }
  }
  return shown;
}

function showable({ attachments = [] }: UserEntry) {
  return attachments.flatMap((attachment, index) => {
    const form = showableAs(attachment);
    return form ? [{ attachment, index, form }] : [];
  });
}

async function showFile(
  attachment: Attachment,
  form: Showable,
  fetching: Omit<FetchAttachmentOptions, 'maxBytes'>,
): Promise<ShownFile> {
  return shownAs(form, await fetchAttachment(attachment, { ...fetching, maxBytes: MAX_FILE }));
}

function shownAs(form: Showable, fetched: Fetched): ShownFile {
  if ('note' in fetched) return fetched;
  const { bytes } = fetched;
  if (bytes.length === 0) return { note: 'it is empty' };
  const mediaType = mediaTypeOf(bytes);
  if (mediaType) return { bytes, mediaType };
  if (form !== 'text') return { note: 'cannot be read here' };
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_TEXT));
  if (text.includes('\0')) return { note: 'it is not text' };
  const cut = bytes.length > MAX_TEXT;
  // The cut may have gone through a character.
  return { text: (cut ? text.replace(/\uFFFD+$/, '') : text).trimEnd(), cut };
}

function sizeOf(file: ShownFile): number {
  if ('bytes' in file) return file.bytes.length;
  return 'text' in file ? file.text.length : 0;
}
