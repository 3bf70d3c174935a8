import { Webhook } from 'standardwebhooks';
import type { Platform } from '../platform.ts';
import { createHttpInbound } from './inbound.ts';
import { createHttpOutbound } from './outbound.ts';

export interface HttpOptions {
  /** `whsec_` and base64; signs both directions. */
  secret: string;
  /** Where replies are POSTed. */
  callbackUrl?: string | undefined;
}

/** The platform `http`: anything with a webhook. Throws for a secret or URL that cannot be used. */
export function createHttp({ secret, callbackUrl }: HttpOptions): Platform {
  const webhook = createWebhook(secret);
  if (callbackUrl !== undefined && new URL(callbackUrl).username !== '')
    throw new Error('HTTP_CALLBACK_URL: leave out user and password; the signature says who calls.');
  return {
    name: 'http',
    inbound: createHttpInbound(webhook),
    outbound: createHttpOutbound(webhook, callbackUrl),
  };
}

function createWebhook(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new Error(
      'HTTP_WEBHOOK_SECRET: must be `whsec_` followed by base64, for instance of 24 random bytes.',
    );
  }
}
