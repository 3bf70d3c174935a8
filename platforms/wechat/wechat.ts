import type { Platform } from '../platform.ts';
import { createApi } from './api.ts';
import { createEnvelope } from './envelope.ts';
import { createWechatInbound } from './inbound.ts';
import { createWechatOutbound } from './outbound.ts';

export interface WechatOptions {
  appId: string;
  appSecret: string;
  /** Signs the webhook; made up by the operator. */
  token: string;
  /** Set for the secure mode: plain messages are then refused. */
  encodingAesKey?: string | undefined;
  apiBaseUrl: string;
}

/** What the operator can do about an error, or what it means. */
const REASONS = {
  40001: 'WECHAT_APP_SECRET is wrong',
  40003: 'the user is unknown: an openid is good for one account only',
  40007: 'the file is unknown or older than three days',
  40013: 'WECHAT_APP_ID is wrong',
  40125: 'WECHAT_APP_SECRET is wrong',
  40164: "this server's IP address is not in the account's IP whitelist",
  40243: 'WECHAT_APP_SECRET is frozen: unfreeze it in the developer platform',
  43004: 'the user does not follow the account',
  45002: 'the text is too long',
  45015:
    'the user wrote last more than 48 hours ago or follows no more: nothing can be sent until they write again',
  45047:
    'all messages that WeChat allows since the user last wrote are sent (five): the rest can only follow when they write again',
  48001: 'the account has no right to the customer-service API: only verified accounts have it',
  48002: 'the user has switched off messages of this account',
};

/** The platform `wechat`: an Official Account. Throws for an EncodingAESKey that cannot be one. */
export function createWechat({
  appId,
  appSecret,
  token,
  encodingAesKey,
  apiBaseUrl,
}: WechatOptions): Platform {
  const envelope =
    encodingAesKey === undefined
      ? undefined
      : createEnvelope({ token, encodingAesKey, receiver: appId, variable: 'WECHAT_ENCODING_AES_KEY' });
  // The stable token is the same for all who ask, so that several workers do not take it from each other.
  const api = createApi(
    { name: 'WeChat', apiBaseUrl, reasons: REASONS },
    { path: 'stable_token', json: { grant_type: 'client_credential', appid: appId, secret: appSecret } },
  );
  return {
    name: 'wechat',
    inbound: createWechatInbound(token, envelope, api),
    outbound: createWechatOutbound(api),
  };
}
