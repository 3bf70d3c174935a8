import { z } from 'zod';
import { type AccessTokens, withToken } from '../access-token.ts';
import { type Answer, type Call, call, failureOf, jsonOf } from '../call.ts';
import { downloadWithToken } from '../download.ts';
import { AttachmentUnavailable, DeliveryRefused, type FetchOptions, type FileContent } from '../platform.ts';

const failure = z.object({ error: z.object({ status: z.string().optional(), message: z.string() }) });
const named = z.object({ name: z.string() });

/** What Google's refusals mean for who runs the app. */
const EXPLAINED: Record<string, string> = {
  PERMISSION_DENIED: 'the app is not, or no longer, in this space',
  NOT_FOUND: 'the space or the message is gone, or the app is not in the space',
  UNAUTHENTICATED: 'GOOGLE_CHAT_CREDENTIALS is not the key of this Chat app',
};

export interface GoogleChatApi {
  /** Calls a method once, at a path such as `/v1/spaces/AAA/messages`; the answer may be a refusal. */
  request(what: string, path: string, call: Pick<Call, 'method' | 'json' | 'signal'>): Promise<Answer>;
  download(ref: string, mediaType: string | undefined, options: FetchOptions): Promise<FileContent>;
}

// The vendor's client repeats calls by itself and puts tokens into its errors.
export function createGoogleChatApi(tokens: AccessTokens, baseUrl: string): GoogleChatApi {
  return {
    request: (what, path, request) =>
      withToken(tokens, request.signal, (token) =>
        call({
          ...request,
          what: `Google Chat: ${what}`,
          url: `${baseUrl}${path}`,
          headers: { authorization: `Bearer ${token}` },
        }),
      ),

    async download(ref, mediaType, options) {
      const parts = ref.split('/');
      if (parts.some((part) => part === '' || part === '.' || part === '..'))
        throw new AttachmentUnavailable('its reference is not one of Google Chat');
      return downloadWithToken(tokens, {
        ...options,
        what: 'Google Chat: media',
        url: `${baseUrl}/v1/media/${parts.map(encodeURIComponent).join('/')}?alt=media`,
        mediaType,
      });
    },
  };
}

/** Google's word for a refusal, for instance `NOT_FOUND`. */
export function statusOf(answer: Answer): string | undefined {
  return failure.safeParse(jsonOf(answer)).data?.error.status;
}

/** What a refusal means to a delivery. */
export function googleFailure(answer: Answer): Error {
  const { data } = failure.safeParse(jsonOf(answer));
  const { status = '', message = '' } = data?.error ?? {};
  const error = failureOf(answer, `${status} ${message}`.trim());
  const meaning = EXPLAINED[status];
  return error instanceof DeliveryRefused && meaning
    ? new DeliveryRefused(`${error.message} (${meaning})`)
    : error;
}

/** The resource name in an answer. */
export function nameIn(answer: Answer): string {
  const { data } = named.safeParse(jsonOf(answer));
  if (data) return data.name;
  throw new Error(`${answer.what}: the answer has no name`);
}
