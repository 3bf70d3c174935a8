import type { Platform } from '../platform.ts';
import { createApi } from '../wechat/api.ts';
import { createEnvelope } from '../wechat/envelope.ts';
import { createWecomInbound } from './inbound.ts';
import { createWecomOutbound } from './outbound.ts';

export interface WecomOptions {
  corpId: string;
  /** Of the app: digits. */
  agentId: string;
  /** Of the app. */
  secret: string;
  /** Signs the webhook. */
  token: string;
  encodingAesKey: string;
  apiBaseUrl: string;
}

/** What the operator can do about an error, or what it means. */
const REASONS = {
  40001: 'WECOM_SECRET is wrong',
  40007: 'the file is unknown or older than three days',
  40013: 'WECOM_CORP_ID is wrong',
  40056: 'WECOM_AGENT_ID is wrong',
  40091: 'WECOM_SECRET is of another company',
  45002: 'the text is too long',
  48002: 'the app has no right to send messages',
  60020: "this server's IP address is not among the app's trusted IPs",
  60111: 'there is no such member',
  81013: "the member left or is outside of the app's visible range",
  301002: 'WECOM_AGENT_ID and WECOM_SECRET are of different apps',
};

/** The platform `wecom`: an app of one's own company. Throws for an id or key that cannot be one. */
export function createWecom(options: WecomOptions): Platform {
  const { corpId, secret, token, encodingAesKey, apiBaseUrl } = options;
  const agentId = Number(options.agentId);
  if (!Number.isSafeInteger(agentId)) throw new Error('WECOM_AGENT_ID: must be the number of the app.');
  const variable = 'WECOM_ENCODING_AES_KEY';
  const envelope = createEnvelope({ token, encodingAesKey, receiver: corpId, variable });
  const api = createApi(
    { name: 'WeCom', apiBaseUrl, reasons: REASONS },
    { path: 'gettoken', method: 'GET', query: { corpid: corpId, corpsecret: secret } },
  );
  return {
    name: 'wecom',
    inbound: createWecomInbound(envelope, agentId, api),
    outbound: createWecomOutbound(api, agentId),
  };
}
