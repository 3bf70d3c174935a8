import { z } from 'zod';
import type { Receipt } from '../../contract/delivery.ts';
import { call as callHttp, failureOf } from '../call.ts';
import type { NamedFile, OutboundContext } from '../platform.ts';
import type { CallSlack } from './api.ts';
import { askUserId } from './bot.ts';
import { placeOf } from './conversation.ts';
import { findSent } from './find.ts';

const UPLOAD_TIMEOUT_MS = 60_000;

const upload = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });

/** Uploads a file and shows it; the receipt is the file's id, as Slack does not tell the message's. */
export async function sendSlackFile(
  call: CallSlack,
  context: OutboundContext,
  file: NamedFile,
): Promise<Receipt> {
  const { conversation, signal } = context;
  const { channel, thread } = placeOf(conversation);
  const found = context.inDoubt && (await findFile(call, context, file));
  if (found) return found;

  const { name: filename, bytes } = file;
  const place = upload.parse(
    await call('files.getUploadURLExternal', { filename, length: bytes.length }, { signal }),
  );
  // The address is the permission: our token does not go there.
  const put = await callHttp({
    what: 'Slack: upload of a file',
    url: place.upload_url,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(bytes),
    timeoutMs: UPLOAD_TIMEOUT_MS,
    signal,
  });
  if (!put.ok) throw failureOf(put);
  const where = thread === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
  const files = [{ id: place.file_id, title: filename }] as [{ id: string; title: string }];
  await call('files.completeUploadExternal', { files, ...where }, { signal });
  return { messageId: place.file_id };
}

/** A file of this name and size that we showed since the turn began, and that is none of those we know of. */
async function findFile(
  call: CallSlack,
  context: OutboundContext,
  { name, bytes }: NamedFile,
): Promise<Receipt | undefined> {
  const known = new Set(context.knownMessageIds);
  const ourUserId = await askUserId(call, { signal: context.signal });
  return findSent(call, context, ({ ts, user, files }) => {
    if (known.has(ts)) return undefined;
    const file = files?.find(
      (one) =>
        one.name === name &&
        one.size === bytes.length &&
        (user ?? one.user) === ourUserId &&
        !known.has(one.id ?? ''),
    );
    return file?.id ? { messageId: file.id } : undefined;
  });
}
