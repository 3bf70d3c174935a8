import type { WebhookRequest } from '../../platforms/platform.ts';

/** Sends a platform's webhook request to a gateway (its base URL), as the platform does. */
export function sendWebhook(
  gateway: string,
  { method, url, headers, body }: WebhookRequest,
): Promise<Response> {
  return fetch(`${gateway}${url.pathname}${url.search}`, { method, headers, body: Buffer.from(body) });
}
