import type { messagingApi } from '@line/bot-sdk';
import { z } from 'zod';
import { type Answer, call, failureOf, jsonOf } from '../call.ts';
import { download } from '../download.ts';
import { DeliveryRefused, type FetchOptions, type FileContent } from '../platform.ts';

export interface LineAccess {
  channelAccessToken: string;
  apiBaseUrl: string;
  /** Where files are. */
  dataApiBaseUrl: string;
}

/**
 * The calls of the Messaging API that we make, each once; its types are the SDK's, whose client can neither stop a call nor
 * keep what was sent out of its errors. Throws {@link DeliveryRefused}, RateLimited, or Error for what may work later.
 */
export interface LineApi {
  reply(request: messagingApi.ReplyMessageRequest, signal: AbortSignal): Promise<ReplyOutcome>;
  /** A repeated key answers with the id of the message that was sent with it. */
  push(request: messagingApi.PushMessageRequest, retryKey: string, signal: AbortSignal): Promise<string>;
  showLoading(request: messagingApi.ShowLoadingAnimationRequest, signal: AbortSignal): Promise<void>;
  content(messageId: string, options: FetchOptions): Promise<FileContent>;
}

/** `used`: LINE takes each reply token once, and for a minute. */
type ReplyOutcome = 'sent' | 'used';

const errorBody = z.object({
  message: z.string(),
  details: z.array(z.object({ message: z.string().optional(), property: z.string().optional() })).optional(),
});
const sentBody = z.object({ sentMessages: z.array(z.object({ id: z.string() })).optional() });

export function createLineApi({ channelAccessToken, apiBaseUrl, dataApiBaseUrl }: LineAccess): LineApi {
  const authorization = `Bearer ${channelAccessToken}`;
  const post = (what: string, path: string, json: object, signal: AbortSignal, headers = {}) =>
    call({
      what: `LINE: ${what}`,
      url: `${apiBaseUrl}/v2/bot/${path}`,
      json,
      headers: { authorization, ...headers },
      signal,
    });
  return {
    async reply(request, signal) {
      const answer = await post('reply', 'message/reply', request, signal);
      if (answer.ok) return 'sent';
      if (answer.status === 400 && reasonOf(answer).startsWith('Invalid reply token')) return 'used';
      throw lineFailure(answer);
    },

    async push(request, retryKey, signal) {
      const answer = await post('push', 'message/push', request, signal, { 'x-line-retry-key': retryKey });
      if (!answer.ok && answer.status !== 409) throw lineFailure(answer);
      const sent = sentBody.safeParse(jsonOf(answer)).data?.sentMessages?.[0]?.id;
      return sent ?? answer.headers.get('x-line-accepted-request-id') ?? retryKey;
    },

    async showLoading(request, signal) {
      await post('loading indicator', 'chat/loading/start', request, signal);
    },

    async content(messageId, options) {
      const url = `${dataApiBaseUrl}/v2/bot/message/${encodeURIComponent(messageId)}/content`;
      const content = await download({ what: 'LINE: content', url, headers: { authorization }, ...options });
      // 202, without a body: LINE still converts it.
      if (content.bytes.length === 0) throw new Error('LINE: content: the file is not ready yet');
      return content;
    },
  };
}

/** What the operator can do about refusals that are met in practice. */
const EXPLAINED: Record<number, string> = {
  401: 'the channel access token is wrong or was replaced: see LINE_CHANNEL_ACCESS_TOKEN',
  403: 'the channel has no right to send this',
};

function lineFailure(answer: Answer): Error {
  const reason = reasonOf(answer);
  if (answer.status === 429 && /monthly limit/i.test(reason))
    return new DeliveryRefused(
      `${answer.what}: the account has sent all messages that its plan allows this month: ${reason}`,
    );
  const explained = EXPLAINED[answer.status];
  return failureOf(answer, explained ? `${explained}: ${reason}` : reason);
}

function reasonOf(answer: Answer): string {
  const { message = '', details = [] } = errorBody.safeParse(jsonOf(answer)).data ?? {};
  const more = details.map((detail) => [detail.property, detail.message].filter(Boolean).join(': '));
  return [message, ...more].join('; ');
}
