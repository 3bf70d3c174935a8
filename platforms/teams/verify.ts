import { bearerOf, verifyToken } from '../bearer-token.ts';
import { WebhookRefused } from '../platform.ts';
import type { Activity } from './activity.ts';
import { createBotFrameworkKeys, endorsementsOf } from './keys.ts';

const ISSUER = 'https://api.botframework.com';

/** What a verified token says of who called. */
export interface Caller {
  /** Where answers go. */
  serviceUrl: unknown;
  /** Channels that its key may sign for. */
  endorsements: string[];
}

/** Refuses a request that the Bot Framework did not send to this app: 401. Throws a plain error while its keys cannot be had. */
export type VerifyTeams = (headers: Headers) => Promise<Caller>;

export function createVerify(appId: string, metadataUrl: string): VerifyTeams {
  const botFramework = createBotFrameworkKeys(metadataUrl);
  return async (headers) => {
    const token = bearerOf(headers);
    const keys = await botFramework();
    const { claims, keyId } = await verifyToken(token, keys, { issuer: ISSUER, audience: appId });
    return {
      serviceUrl: claims.serviceurl ?? claims.serviceUrl,
      endorsements: endorsementsOf(keys, keyId),
    };
  };
}

/** Refuses an activity whose channel or service URL is not what its token is for: our token would be sent there. */
export function checkCaller({ channelId, serviceUrl }: Activity, caller: Caller): void {
  if (channelId === undefined || !caller.endorsements.includes(channelId))
    throw new WebhookRefused(401, 'bad_signature', "The token's key is not endorsed for this channel.");
  const isSame = typeof caller.serviceUrl === 'string' && bare(caller.serviceUrl) === bare(serviceUrl);
  if (!isSame || !serviceUrl.startsWith('https://'))
    throw new WebhookRefused(401, 'bad_signature', 'The token is for another service URL.');
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
