import { SignJWT } from 'jose';
import { z } from 'zod';
import { type AccessTokens, createAccessTokens } from '../access-token.ts';
import { call, failureOf, jsonOf } from '../call.ts';
import { DeliveryRefused } from '../platform.ts';
import type { ServiceAccount } from './credentials.ts';

const SCOPE = 'https://www.googleapis.com/auth/chat.bot';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const WHAT = 'Google Chat: access token';

const granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const refused = z.object({ error: z.string(), error_description: z.string().optional() });

/** Access tokens of the app, for an assertion that is signed with its key. */
export function createGoogleAccess({ email, key, keyId, tokenUrl }: ServiceAccount): AccessTokens {
  return createAccessTokens(async () => {
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
      .setIssuer(email)
      .setAudience(tokenUrl)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key);
    const answer = await call({
      what: WHAT,
      url: tokenUrl,
      body: new URLSearchParams({ grant_type: GRANT, assertion }),
      signal: new AbortController().signal,
    });
    if (!answer.ok) {
      const { data } = refused.safeParse(jsonOf(answer));
      if (data?.error === 'invalid_grant')
        throw new DeliveryRefused(
          `${WHAT}: Google does not accept GOOGLE_CHAT_CREDENTIALS (${data.error_description ?? data.error})`,
        );
      throw failureOf(answer, data?.error);
    }
    const { data } = granted.safeParse(jsonOf(answer));
    if (!data) throw new Error(`${WHAT}: the answer has none`);
    return { token: data.access_token, lifetimeMs: data.expires_in * 1000 };
  });
}
