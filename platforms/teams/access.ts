import { z } from 'zod';
import { type AccessTokens, createAccessTokens } from '../access-token.ts';
import { call, failureOf, jsonOf } from '../call.ts';
import { DeliveryRefused } from '../platform.ts';

const WHAT = 'Teams: access token';
const SCOPE = 'https://api.botframework.com/.default';
/** Directory of apps that are not of one tenant. */
const MULTI_TENANT = 'botframework.com';
const WRONG_APP = new Set(['invalid_client', 'unauthorized_client', 'invalid_request']);

/** Said of a server that is too busy, also with a client error's status. */
const BUSY = new Set(['temporarily_unavailable', 'server_error']);

const granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const refused = z.object({ error: z.string(), error_description: z.string().optional() });

export interface TeamsAccess {
  appId: string;
  appPassword: string;
  /** Directory (tenant) of a single-tenant app. */
  tenantId?: string | undefined;
  loginBaseUrl: string;
}

/** Access tokens of the app, by its client secret. */
export function createTeamsAccess({ appId, appPassword, tenantId, loginBaseUrl }: TeamsAccess): AccessTokens {
  return createAccessTokens(async () => {
    const answer = await call({
      what: WHAT,
      url: `${loginBaseUrl}/${encodeURIComponent(tenantId ?? MULTI_TENANT)}/oauth2/v2.0/token`,
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: appPassword,
        scope: SCOPE,
      }),
      signal: new AbortController().signal,
    });
    if (!answer.ok) {
      const { data } = refused.safeParse(jsonOf(answer));
      if (data && BUSY.has(data.error)) throw new Error(`${WHAT}: answered ${answer.status} ${data.error}`);
      if (!data || !WRONG_APP.has(data.error)) throw failureOf(answer, data?.error);
      // The rest of the description is for support.
      const code = /^AADSTS\d+/.exec(data.error_description ?? '')?.[0];
      throw new DeliveryRefused(
        `${WHAT}: Microsoft does not accept TEAMS_APP_ID, TEAMS_APP_PASSWORD or TEAMS_TENANT_ID (${code ?? data.error})`,
      );
    }
    const { data } = granted.safeParse(jsonOf(answer));
    if (!data) throw new Error(`${WHAT}: the answer has none`);
    return { token: data.access_token, lifetimeMs: data.expires_in * 1000 };
  });
}
