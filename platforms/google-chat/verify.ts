import { decodeJwt } from 'jose';
import { bearerOf, createSigningKeys, verifyToken } from '../bearer-token.ts';
import { WebhookRefused } from '../platform.ts';
import type { Audience } from './audience.ts';

const CHAT = 'chat@system.gserviceaccount.com';
const CHAT_KEYS = `https://www.googleapis.com/service_accounts/v1/jwk/${CHAT}`;
const GOOGLE_KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const GOOGLE = ['https://accounts.google.com', 'accounts.google.com'];

/** Refuses a request that Google Chat did not send: 401. Throws a plain error while Google's keys cannot be had. */
export type VerifyGoogle = (headers: Headers) => Promise<void>;

/**
 * Tokens for a project number are signed by Chat itself, tokens for a URL by Google for Chat's account. `keysUrl` stands in
 * for both key sets.
 */
export function createVerify({ project, url }: Audience, keysUrl?: string): VerifyGoogle {
  const chatKeys = createSigningKeys(keysUrl ?? CHAT_KEYS);
  const googleKeys = createSigningKeys(keysUrl ?? GOOGLE_KEYS);
  // Google makes tokens for our URL for any app that names it: an add-on is known only by its project's own account.
  const senders = new Set([CHAT]);
  if (project !== undefined) senders.add(`service-${project}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`);

  return async (headers) => {
    const token = bearerOf(headers);
    if (url !== undefined && GOOGLE.includes(issuerOf(token) ?? '')) {
      const { claims } = await verifyToken(token, googleKeys, { issuer: GOOGLE, audience: url });
      if (claims.email_verified === true && senders.has(String(claims.email))) return;
      throw new WebhookRefused(401, 'bad_signature', 'The bearer token is not of Google Chat.');
    }
    if (project === undefined)
      throw new WebhookRefused(401, 'bad_signature', 'The bearer token is not for this URL.');
    await verifyToken(token, chatKeys, { issuer: CHAT, audience: project });
  };
}

/** Says only by which rules the token is verified. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw new WebhookRefused(401, 'bad_signature', 'The bearer token is not a signed token.');
  }
}
