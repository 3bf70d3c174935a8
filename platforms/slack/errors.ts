import { readRetryAfter } from '../../contract/retry-after.ts';
import type { Answer } from '../call.ts';
import { DeliveryRefused, RateLimited } from '../platform.ts';

/** Slack refused the call; `reason` is its own word for it. */
export class SlackRefused extends DeliveryRefused {
  readonly reason: string;
  constructor(what: string, reason: string, explanation: string | undefined) {
    super(`${what}: ${reason}${explanation ? ` (${explanation})` : ''}`);
    this.reason = reason;
  }
}

/** Slack's trouble, not ours: it may work later. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'update_failed',
  'external_channel_migrating',
  'team_added_to_org',
  // The workspace is being migrated.
  'org_login_required',
]);

const PAUSES = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** Where Slack does not say how long. */
const PAUSE_MS = 30_000;

const WRONG_TOKEN = 'SLACK_BOT_TOKEN is not valid: copy it again from OAuth & Permissions';
const EXPLANATIONS: Record<string, string> = {
  invalid_auth: WRONG_TOKEN,
  not_authed: WRONG_TOKEN,
  token_expired: 'the token is one that rotates: switch token rotation off, or use a new token',
  token_revoked: 'the app was removed from the workspace, or its token revoked: install it again',
  account_inactive: 'the app was removed from the workspace: install it again',
  not_in_channel: 'the app is not in the channel: invite it there',
  channel_not_found: 'there is no such channel, or it is private and the app is not in it',
  is_archived: 'the channel is archived',
  is_inactive: 'the channel is archived or deleted',
  messages_tab_disabled: "switch the Messages tab on in the app's App Home",
  restricted_action: "the workspace's settings do not let the app write here",
  restricted_action_read_only_channel: 'the channel is read-only',
  restricted_action_thread_locked: 'the thread is locked',
  msg_too_long: 'the text is longer than Slack takes',
  edit_window_closed: "the workspace's settings do not let a message be edited any more",
};

/** What an error that Slack names means to a delivery. `needed`: the scope that is missing. */
export function failureNamed({ what, headers }: Answer, reason: string, needed?: string): Error {
  if (PASSING.has(reason)) return new Error(`${what}: ${reason}`);
  if (PAUSES.has(reason))
    return new RateLimited(`${what}: ${reason}`, readRetryAfter(headers.get('retry-after')) ?? PAUSE_MS);
  const scope = needed === undefined ? 'a scope' : `the scope ${needed}`;
  const explanation =
    reason === 'missing_scope' ? `give the app ${scope} and install it again` : EXPLANATIONS[reason];
  return new SlackRefused(what, reason, explanation);
}
