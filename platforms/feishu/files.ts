import { z } from 'zod';
import type { Receipt } from '../../contract/delivery.ts';
import type { Attachment } from '../../contract/message.ts';
import type { AccessTokens } from '../access-token.ts';
import { download } from '../download.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type FetchOptions,
  type FileContent,
  type NamedFile,
  type OutboundContext,
} from '../platform.ts';
import { type CallFeishu, type FeishuAccess, FeishuRefused, isInvalidToken, refusalOf } from './api.ts';
import type { Form } from './card.ts';
import { pathOf } from './resource.ts';
import { send } from './send.ts';

const MB = 1024 * 1024;
const LARGEST_PICTURE = 10 * MB;
const LARGEST_FILE = 30 * MB;
const UPLOAD_MS = 60_000;
const PICTURES = new Set([
  'image/bmp',
  'image/gif',
  'image/heic',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/webp',
]);

const imageKey = z.object({ data: z.object({ image_key: z.string() }) });
const fileKey = z.object({ data: z.object({ file_key: z.string() }) });

/** Sends a file; with the same key it is uploaded again, but not sent again. */
export async function sendFeishuFile(
  call: CallFeishu,
  context: OutboundContext,
  file: NamedFile,
): Promise<Receipt> {
  const form = await uploaded(call, context.signal, file);
  const { messageId } = await send(call, context, [form]);
  return { messageId };
}

async function uploaded(call: CallFeishu, signal: AbortSignal, file: NamedFile): Promise<Form> {
  const { name, mediaType, bytes } = file;
  const blob = new Blob([Buffer.from(bytes)], { type: mediaType });
  const body = new FormData();
  if (PICTURES.has(mediaType) && bytes.length <= LARGEST_PICTURE) {
    body.set('image_type', 'message');
    body.set('image', blob, name);
    const request = { what: 'uploading', path: 'im/v1/images', body, timeoutMs: UPLOAD_MS, signal };
    const { data } = await call(request, imageKey);
    return { msg_type: 'image', content: JSON.stringify(data) };
  }
  if (bytes.length > LARGEST_FILE) throw new DeliveryRefused('Feishu takes files of up to 30 MB');
  body.set('file_type', 'stream');
  body.set('file_name', name);
  body.set('file', blob, name);
  const request = { what: 'uploading', path: 'im/v1/files', body, timeoutMs: UPLOAD_MS, signal };
  const { data } = await call(request, fileKey);
  return { msg_type: 'file', content: JSON.stringify(data) };
}

/** The token is no longer valid: another is worth an attempt. */
class InvalidToken extends Error {}

/** Feishu gives files of up to 100 MB. */
export async function fetchFeishuFile(
  { access, tokens }: { access: FeishuAccess; tokens: AccessTokens },
  { ref, mediaType }: Attachment,
  { maxBytes, signal }: FetchOptions,
): Promise<FileContent> {
  const path = pathOf(ref);
  if (path === undefined) throw new AttachmentUnavailable('it is not a file of Feishu');
  const url = `${access.apiBaseUrl}/open-apis/${path}`;
  for (let renewed = false; ; renewed = true) {
    const token = await tokens.get(signal);
    const headers = { authorization: `Bearer ${token}` };
    try {
      return await download({
        what: 'Feishu: file',
        url,
        headers,
        maxBytes,
        signal,
        mediaType,
        refusalOf: (answer) => {
          if (!renewed && isInvalidToken(answer)) return new InvalidToken();
          const error = refusalOf(answer);
          return error instanceof FeishuRefused ? new AttachmentUnavailable(error.message) : error;
        },
      });
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      tokens.drop(token);
    }
  }
}
