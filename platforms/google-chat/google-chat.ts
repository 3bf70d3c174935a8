import type { Platform } from '../platform.ts';
import { createGoogleAccess } from './access.ts';
import { createGoogleChatApi } from './api.ts';
import { readAudience } from './audience.ts';
import { readCredentials } from './credentials.ts';
import { createGoogleChatInbound } from './inbound.ts';
import { createGoogleChatOutbound } from './outbound.ts';
import { createVerify } from './verify.ts';

export interface GoogleChatOptions {
  /** A service account's key file, as JSON. */
  credentials: string;
  /** Project number, the webhook's URL, or both separated by a comma. */
  audience: string;
  apiBaseUrl: string;
  /** In place of Google's own keys. */
  jwksUrl?: string | undefined;
}

/** The platform `google-chat`. Throws for credentials or an audience that cannot be used. */
export function createGoogleChat({
  credentials,
  audience,
  apiBaseUrl,
  jwksUrl,
}: GoogleChatOptions): Platform {
  const expected = readAudience(audience);
  const api = createGoogleChatApi(createGoogleAccess(readCredentials(credentials)), apiBaseUrl);
  return {
    name: 'google-chat',
    inbound: createGoogleChatInbound(createVerify(expected, jwksUrl), api),
    outbound: createGoogleChatOutbound(api, expected.url),
  };
}
