import { createHmac } from 'node:crypto';
import { type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets } from '../secret.ts';

/** Refuses what was not signed with the app's secret: 401. Meta signs no time, so the event ids alone tell a replay. */
export function checkSignature({ headers, body }: WebhookRequest, appSecret: string): void {
  const expected = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  if (!equalSecrets(headers.get('x-hub-signature-256') ?? '', expected))
    throw new WebhookRefused(401, 'bad_signature', 'X-Hub-Signature-256 is missing or wrong.');
}

/** Meta asks whether we know the verify token before it sends anything, and wants its challenge back. */
export function answerChallenge({ url }: WebhookRequest, verifyToken: string): Received {
  const { searchParams: query } = url;
  const known = equalSecrets(query.get('hub.verify_token') ?? '', verifyToken);
  if (!known || query.get('hub.mode') !== 'subscribe')
    throw new WebhookRefused(401, 'bad_signature', 'hub.mode or hub.verify_token is missing or wrong.');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { messages: [], respond: () => new Response(query.get('hub.challenge') ?? '', { headers }) };
}
