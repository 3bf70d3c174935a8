import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { FAKE_BOT } from './methods.ts';
import type { FakeMessage } from './workspace.ts';

export const FORM = 'application/x-www-form-urlencoded';

/** A request as Slack makes it, signed now, or `secondsAgo`. */
export function signed(
  signingSecret: string,
  body: string,
  { contentType = 'application/json', secondsAgo = 0 } = {},
): WebhookRequest {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  return {
    method: 'POST',
    url: new URL('https://gateway.example/webhooks/slack'),
    headers: new Headers({
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(signingSecret, timestamp, Buffer.from(body)),
    }),
    body: Buffer.from(body),
  };
}

/** The same request, as signed with another secret. */
export function signedBy(other: string, request: WebhookRequest): WebhookRequest {
  const headers = new Headers(request.headers);
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  headers.set('x-slack-signature', signatureOf(other, timestamp, Buffer.from(request.body)));
  return { ...request, headers };
}

function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** The Events API's body of what a person wrote, maybe to the bot by name. */
export function eventOf(
  channel: string,
  { ts, user, text, threadTs, files }: FakeMessage,
  mention = false,
): object {
  return {
    token: 'verification-token',
    team_id: 'T0TEAM',
    api_app_id: 'A0APP',
    type: 'event_callback',
    event_id: `Ev${ts.replace('.', '')}`,
    event_time: Math.floor(Number(ts)),
    authorizations: [{ team_id: 'T0TEAM', user_id: FAKE_BOT.userId, is_bot: true }],
    event: {
      type: 'message',
      ...(files && { subtype: 'file_share' }),
      channel,
      channel_type: channel.startsWith('D') ? 'im' : 'channel',
      user,
      text: (mention ? `<@${FAKE_BOT.userId}> ` : '') + escaped(text),
      ts,
      event_ts: ts,
      ...(threadTs && { thread_ts: threadTs }),
      ...(files && {
        files: files.map(({ id, name, mediaType, bytes }) => ({
          id,
          name,
          title: name,
          mimetype: mediaType,
          mode: 'hosted',
          size: bytes.length,
        })),
      }),
    },
  };
}

/** The form of a pressed button. */
export function pressOf(channel: string, { ts, threadTs }: FakeMessage, value: string, at: string): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U0ANN', username: 'ann', name: 'ann', team_id: 'T0TEAM' },
    api_app_id: 'A0APP',
    trigger_id: `${at}.T0TEAM.abc`,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'directmessage' },
    message: { type: 'message', ts, ...(threadTs && { thread_ts: threadTs }) },
    response_url: 'https://hooks.slack.com/actions/T0TEAM/1/x',
    actions: [{ type: 'button', action_id: 'button-0', block_id: 'b', value, action_ts: at }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
