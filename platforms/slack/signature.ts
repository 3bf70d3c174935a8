import { createHmac } from 'node:crypto';
import { WebhookRefused, type WebhookRequest } from '../platform.ts';
import { equalSecrets, isRecent } from '../secret.ts';

/** Refuses what Slack did not sign with our signing secret, over these bytes, within the last minutes: 401. */
export function checkSignature({ headers, body }: WebhookRequest, signingSecret: string): void {
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  const expected = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  if (!equalSecrets(headers.get('x-slack-signature') ?? '', expected))
    throw new WebhookRefused(401, 'bad_signature', 'X-Slack-Signature is missing or wrong.');
  if (!isRecent(1000 * Number(timestamp)))
    throw new WebhookRefused(401, 'stale_timestamp', 'X-Slack-Request-Timestamp is not near to now.');
}
