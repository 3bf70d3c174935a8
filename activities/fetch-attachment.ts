import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachment } from '../contract/message.ts';
import { AttachmentUnavailable, type Platform } from '../platforms/platform.ts';
import type { Fetched, FileCache } from './file-cache.ts';

/** Pauses before the second and third try. */
const PAUSES_MS = [300, 1_000];
/** One try: a platform that does not answer must not hold up the turn for long. */
const TIMEOUT_MS = 20_000;
/** What is there stays the same; what is gone stays gone, as far as a worker needs to know. */
const KEEP_MS = 60 * 60 * 1000;
/** After trouble the platform is left in peace. */
const KEEP_TROUBLE_MS = 60_000;

export interface FetchAttachmentOptions {
  platform: Platform | undefined;
  cache: FileCache;
  maxBytes: number;
  signal: AbortSignal;
}

/** The file of an attachment, or a note on why it cannot be had. Throws only the signal's reason. */
export async function fetchAttachment(
  attachment: Attachment,
  { platform, cache, maxBytes, signal }: FetchAttachmentOptions,
): Promise<Fetched> {
  const { inbound, name } = platform ?? {};
  if (!inbound?.fetchAttachment) return { note: 'cannot be read here' };
  const key = `${name} ${maxBytes} ${attachment.ref}`;
  const kept = cache.get(key);
  if (kept) return kept;
  for (let attempt = 0; ; attempt++) {
    try {
      const both = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const file = await inbound.fetchAttachment(attachment, { maxBytes, signal: both });
      cache.set(key, file, KEEP_MS);
      return file;
    } catch (error) {
      signal.throwIfAborted();
      const gone = error instanceof AttachmentUnavailable;
      const pause = PAUSES_MS[attempt];
      if (!gone && pause !== undefined) {
        await sleep(pause, undefined, { signal });
        continue;
      }
      const fetched = { note: gone ? error.message : 'it could not be fetched' };
      cache.set(key, fetched, gone ? KEEP_MS : KEEP_TROUBLE_MS);
      return fetched;
    }
  }
}
