import { z } from 'zod';
import { type AccessTokens, createAccessTokens } from '../access-token.ts';
import { call } from '../call.ts';
import { type FeishuAccess, readAnswer } from './api.ts';

const answered = z.object({
  tenant_access_token: z.string().min(1),
  /** Seconds. */
  expire: z.number(),
});

/** The app's `tenant_access_token`, good for two hours. */
export function createTenantTokens({ appId, appSecret, apiBaseUrl }: FeishuAccess): AccessTokens {
  return createAccessTokens(async () => {
    const answer = await call({
      what: 'Feishu: tenant_access_token',
      url: `${apiBaseUrl}/open-apis/auth/v3/tenant_access_token/internal`,
      json: { app_id: appId, app_secret: appSecret },
      // Others may be waiting for it: nobody's signal ends it.
      signal: new AbortController().signal,
    });
    const { tenant_access_token: token, expire } = readAnswer(answer, answered);
    return { token, lifetimeMs: expire * 1000 };
  });
}
