import { readRetryAfter } from '../contract/retry-after.ts';
import type { AccessTokens } from './access-token.ts';
import { type Answer, answered, isFinal } from './call.ts';
import { AttachmentUnavailable, type FetchOptions, type FileContent, RateLimited } from './platform.ts';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 1_000;

export interface Download extends FetchOptions {
  /** For errors: `Telegram: file`. */
  what: string;
  url: string | URL;
  headers?: Record<string, string>;
  /** Where the answer does not say, or only `application/octet-stream`. */
  mediaType?: string | undefined;
  /** Whether a temporary or permanent redirect (307, 308) is followed, once and without the headers. */
  mayRedirect?: true;
  /** What an answer that is not ok means, where the platform tells it in the body. */
  refusalOf?(answer: Answer): Error;
}

/**
 * Reads a file of at most `maxBytes`, following no redirect unless it may. Throws {@link AttachmentUnavailable} for one that is larger or
 * gone, the signal's reason, or an error that names neither address nor secrets.
 */
export async function download({
  what,
  url,
  headers,
  maxBytes,
  signal,
  mediaType,
  mayRedirect,
  refusalOf,
}: Download): Promise<FileContent> {
  const get = (from: string | URL, sent = {}) =>
    answered(what, signal, () =>
      fetch(from, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: sent,
      }),
    );
  let response = await get(url, headers);
  const elsewhere = mayRedirect && redirectOf(response, url);
  if (elsewhere) {
    await response.body?.cancel();
    response = await get(elsewhere);
  }
  const { ok, status } = response;
  const bytes = ok ? await answered(what, signal, () => readUpTo(response, maxBytes)) : undefined;
  if (bytes) return { bytes, mediaType: typeOf(response) ?? mediaType ?? 'application/octet-stream' };
  if (!ok && refusalOf) {
    const text = await answered(what, signal, () => response.text());
    throw refusalOf({ status, ok, headers: response.headers, text, what });
  }
  await response.body?.cancel();
  if (ok) throw tooLarge(maxBytes);
  const retryAfter = response.headers.get('retry-after');
  if (status === 429)
    throw new RateLimited(`${what}: asked for a pause`, readRetryAfter(retryAfter) ?? PAUSE_MS);
  if (status === 401) throw new TokenRefused(`it is gone (status ${status})`);
  if (isFinal(status)) throw new AttachmentUnavailable(`it is gone (status ${status})`);
  throw new Error(`${what}: answered ${status}`);
}

/** The answer was 401. */
class TokenRefused extends AttachmentUnavailable {}

/** As {@link download}, with an access token, and once more with another if the platform refuses it. */
export async function downloadWithToken(
  tokens: AccessTokens,
  request: Omit<Download, 'headers'>,
): Promise<FileContent> {
  const fetchWith = (token: string) =>
    download({ ...request, headers: { authorization: `Bearer ${token}` } });
  const token = await tokens.get(request.signal);
  try {
    return await fetchWith(token);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    tokens.drop(token);
    return fetchWith(await tokens.get(request.signal));
  }
}

function redirectOf({ status, headers }: Response, url: string | URL): URL | undefined {
  const target =
    status === 307 || status === 308 ? URL.parse(headers.get('location') ?? '', String(url)) : undefined;
  return target && /^https?:$/.test(target.protocol) ? target : undefined;
}

/** Undefined if there is more. */
async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Left early, the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function tooLarge(maxBytes: number): AttachmentUnavailable {
  return new AttachmentUnavailable(`it is larger than ${Math.floor(maxBytes / 1024)} KB`);
}

function typeOf({ headers }: Response): string | undefined {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return type === '' || type === 'application/octet-stream' ? undefined : type;
}
