import { z } from 'zod';
import { type Answer, type Call, call, jsonOf } from '../call.ts';
import { graphFailure } from './errors.ts';

const GRAPH_VERSION = 'v26.0';

export interface WhatsAppAccess {
  accessToken: string;
  /** Meta's id of the business phone number, which is not the number. */
  phoneNumberId: string;
  apiBaseUrl: string;
}

type GraphCall = Pick<Call, 'method' | 'json' | 'body' | 'timeoutMs' | 'signal'>;

/** Meta's Graph API, as far as it is WhatsApp's. Its paths: `messages` and `media` of our number, and ids of media. */
export interface Graph {
  /** Calls it once with our token. Throws what {@link graphFailure} makes of an error, or plain Error. */
  ofNumber(path: 'messages' | 'media', request: GraphCall): Promise<Answer>;
  ofMedia(id: string, request: GraphCall): Promise<Answer>;
  /** What a download of media needs; undefined for an address that is not Meta's, which must not learn our token. */
  mediaHeaders(url: URL): Record<string, string> | undefined;
}

/** Where media is: `lookaside.fbsbx.com` and its like. */
const META_HOSTS = /(?:^|\.)(?:fbsbx|fbcdn|facebook|whatsapp)\.(?:com|net)$/;

export function createGraph({ accessToken, phoneNumberId, apiBaseUrl }: WhatsAppAccess): Graph {
  const headers = { authorization: `Bearer ${accessToken}` };
  const own = new URL(apiBaseUrl);
  const ask = async (what: string, path: string, request: GraphCall) => {
    const url = `${apiBaseUrl}/${GRAPH_VERSION}/${path}`;
    const answer = await call({ ...request, what: `WhatsApp: ${what}`, url, headers });
    if (!answer.ok) throw graphFailure(answer);
    return answer;
  };
  return {
    ofNumber: (path, request) => ask(path, `${encodeURIComponent(phoneNumberId)}/${path}`, request),
    ofMedia: (id, request) =>
      ask('media', `${encodeURIComponent(id)}?phone_number_id=${encodeURIComponent(phoneNumberId)}`, request),
    mediaHeaders: (url) =>
      url.origin === own.origin || (url.protocol === 'https:' && META_HOSTS.test(url.hostname))
        ? headers
        : undefined,
  };
}

/** What sending answers. */
export const sentMessage = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1) })], z.unknown()),
});

/** The body of an answer; an Error that is worth another attempt if it is not of this shape. */
export function readAnswer<T>(answer: Answer, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw new Error(`${answer.what}: the answer is not what was expected`);
}
