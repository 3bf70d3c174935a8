import { z } from 'zod';
import { type AccessTokens, withToken } from '../access-token.ts';
import { type Answer, call, failureOf, jsonOf } from '../call.ts';
import { download, downloadWithToken } from '../download.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type FetchOptions,
  type FileContent,
  type OutboundContext,
} from '../platform.ts';
import { INLINE, LINKED } from './attachments.ts';

/** Where a conversation is reached that nobody wrote in yet. */
const DEFAULT_SERVICE_URL = 'https://smba.trafficmanager.net/teams';
/** Where people's files are. The link may be written by who sends it, so it is not followed to anywhere else. */
const FILE_HOSTS =
  /(^|\.)(sharepoint\.(com|us|cn)|sharepoint-df\.com|1drv\.com|onedrive\.live\.com|svc\.ms)$/;

const failure = z.object({
  error: z.object({ code: z.string().optional(), message: z.string().optional() }),
});

/** What refusals of Teams mean for who runs the app. */
const EXPLAINED: Record<string, string> = {
  BotDisabledByAdmin: "an administrator has blocked the app in the organisation's settings",
  BotNotInConversationRoster: 'the app is not, or no longer, in this conversation',
  BotNotRegistered: 'TEAMS_APP_ID is not the id of a bot',
  ConversationBlockedByUser: 'the person has blocked the app',
  ConversationNotFound: 'the conversation is gone, or the app was never in it',
  MessageSizeTooBig: 'the message is larger than Teams takes',
  MessageWritesBlocked: 'the person has blocked or removed the app',
};

type Where = Pick<OutboundContext, 'returnAddress' | 'signal'>;

export interface TeamsApi {
  /** Calls the connector once, at a path such as `/v3/conversations/…`; the answer may be a refusal. */
  request(where: Where, method: 'POST' | 'PUT', path: string, activity: object): Promise<Answer>;
  download(ref: string, mediaType: string | undefined, options: FetchOptions): Promise<FileContent>;
}

/** `apiBaseUrl` stands in for every service URL. */
// The vendor's connector client repeats calls by itself and cannot be stopped.
export function createTeamsApi(tokens: AccessTokens, apiBaseUrl?: string): TeamsApi {
  return {
    request: ({ returnAddress, signal }, method, path, json) => {
      const baseUrl = apiBaseUrl ?? serviceUrlOf(returnAddress);
      return withToken(tokens, signal, (token) =>
        call({
          what: 'Teams: activities',
          url: `${baseUrl}${path}`,
          method,
          json,
          signal,
          headers: { authorization: `Bearer ${token}` },
        }),
      );
    },

    async download(ref, mediaType, options) {
      if (ref.startsWith(LINKED)) {
        const url = new URL(ref.slice(LINKED.length));
        const trusted = apiBaseUrl === undefined ? undefined : new URL(apiBaseUrl).origin;
        if (url.origin !== trusted && !(url.protocol === 'https:' && FILE_HOSTS.test(url.hostname)))
          throw new AttachmentUnavailable('it is not in OneDrive or SharePoint');
        return download({ ...options, what: 'Teams: file', url, mediaType });
      }
      if (!ref.startsWith(INLINE)) throw new AttachmentUnavailable('its reference is not one of Teams');
      const url = inlineUrl(new URL(ref.slice(INLINE.length)), apiBaseUrl);
      return downloadWithToken(tokens, { ...options, what: 'Teams: picture', url, mediaType });
    },
  };
}

function serviceUrlOf({ serviceUrl = DEFAULT_SERVICE_URL }: Record<string, string> = {}): string {
  if (!serviceUrl.startsWith('https://'))
    throw new DeliveryRefused('Teams: the service URL of the message is not https');
  return serviceUrl.replace(/\/+$/, '');
}

function inlineUrl(url: URL, apiBaseUrl: string | undefined): string {
  return apiBaseUrl === undefined
    ? url.href
    : apiBaseUrl + url.pathname.replace(/^.*?(?=\/v3\/)/, '') + url.search;
}

/** The connector's word for a refusal, for instance `BadSyntax`. */
export function codeOf(answer: Answer): string {
  return failure.safeParse(jsonOf(answer)).data?.error.code ?? '';
}

/** What a refusal means to a delivery. */
export function teamsFailure(answer: Answer): Error {
  const { code = '', message = '' } = failure.safeParse(jsonOf(answer)).data?.error ?? {};
  const error = failureOf(answer, `${code} ${message}`.trim());
  const meaning = EXPLAINED[code];
  return error instanceof DeliveryRefused && meaning
    ? new DeliveryRefused(`${error.message} (${meaning})`)
    : error;
}
