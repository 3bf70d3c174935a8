import { randomUUID } from 'node:crypto';
import { createPlatforms, missingSecrets } from '../../config/platforms.ts';
import { MAX_EVENT_ID, MAX_TEXT_BYTES } from '../../contract/message.ts';
import { PERSON } from '../../contract/place.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { noPlatform } from '../../gateway/no-platform.ts';
import { waitForReply } from '../../gateway/wait-for-reply.ts';
import { UserError } from '../user-error.ts';
import { isBegun } from './executions.ts';
import { noConversation, type Open, readId, withConversations } from './open.ts';

/** What became of a message, as the HTTP API answers. */
export interface Sent {
  conversation: string;
  /** Event id of the message. */
  message: string;
  /** The conversation had it already; null when no worker could tell. */
  duplicate: boolean | null;
  reply?: Omit<ReplyEntry, 'kind' | 'at'>;
}

export interface SendOptions {
  /** Event id: one that the conversation has seen changes nothing. */
  id?: string | undefined;
  /** How long to wait for the reply, in ms. */
  waitMs: number;
  /** Only if there is such a conversation. */
  begun?: true;
}

/** Stores a message of the operator, as the HTTP API does, and waits for its reply. Throws UserError and ConfigError. */
export async function send(
  env: NodeJS.ProcessEnv,
  given: string,
  text: string,
  options: SendOptions,
): Promise<Sent> {
  check(text, options);
  const tried = (open: Open) => sendTo(open, given, text, options);
  return withConversations(env, tried, Number.POSITIVE_INFINITY);
}

/** The same where Temporal is at hand. */
export async function sendTo(
  open: Open,
  given: string,
  text: string,
  { id, waitMs, begun }: SendOptions,
): Promise<Sent> {
  const { workflowId, ...conversation } = readId(given);
  if (!(await isBegun(open.client, workflowId))) {
    if (begun) throw noConversation(workflowId);
    await checkPlatform(open, conversation.platform);
  }
  const message = { id: id ?? randomUUID(), text };
  const duplicate = id === undefined ? false : await open.conversations.hasSeen(workflowId, id);
  if (duplicate !== true) await open.conversations.store({ id: conversation, message, operator: true });
  const sent = { conversation: workflowId, message: message.id, duplicate };
  if (waitMs === 0) return sent;
  const reply = await waitForReply(workflowId, message.id, open, AbortSignal.timeout(waitMs));
  if (!reply) return sent;
  const { kind: _, at: __, ...shown } = reply;
  return { ...sent, reply: shown };
}

function check(text: string, { id }: SendOptions): void {
  if (text.trim() === '') throw new UserError('The text must not be empty.');
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES)
    throw new UserError(`The text must be at most ${MAX_TEXT_BYTES} bytes.`);
  if (id !== undefined && (id === '' || id.length > MAX_EVENT_ID))
    throw new UserError(`--id: must have 1 to ${MAX_EVENT_ID} characters`);
}

/** A conversation that begins here must be one that somebody can be answered in. */
async function checkPlatform({ environment }: Open, platform: string): Promise<void> {
  if (platform === 'web' || platform === PERSON) return;
  if (!(await createPlatforms(environment)).has(platform))
    throw noPlatform(platform, missingSecrets(platform, environment));
}
