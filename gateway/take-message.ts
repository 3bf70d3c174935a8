import { type ConversationId, workflowIdOf } from '../contract/conversation-id.ts';
import { type InboundMessage, MAX_TEXT_BYTES } from '../contract/message.ts';
import { PERSON } from '../contract/place.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Conversations } from './conversations.ts';
import { HttpError } from './errors.ts';
import { noPlatform, type PlatformDependencies } from './no-platform.ts';
import type { Arrival } from './settings.ts';

export interface TakeDependencies extends PlatformDependencies {
  conversations: Conversations;
  changes: ChangeFeed;
  /** Where workers push live deltas for this gateway. */
  gatewayUrl: string;
}

/** A message of a caller of the HTTP API, who is the operator. */
export interface OperatorMessage extends Pick<Arrival, 'agent' | 'begins'> {
  conversation: ConversationId;
  /** Its event id; a new one if not given. */
  id?: string | undefined;
  text: string;
}

/** A message that Temporal has stored. */
export interface TakenMessage {
  /** Workflow id. */
  conversation: string;
  /** Event id. */
  message: string;
  /** Whether the conversation had it before; null when no worker could tell in time. */
  duplicate: boolean | null;
}

/** Stores a message of the operator. Throws an `HttpError`: 404 for a platform that is off, 413 for a text too long, 503. */
export async function takeMessage(
  { conversation: id, id: given, text, ...rest }: OperatorMessage,
  { conversations, changes, gatewayUrl, platforms, missingSecrets }: TakeDependencies,
): Promise<TakenMessage> {
  const isDelivered = id.platform !== 'web' && id.platform !== PERSON;
  if (isDelivered && !platforms.has(id.platform)) throw noPlatform(id.platform, missingSecrets(id.platform));
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES)
    throw new HttpError(413, 'text_too_long', `text: must be at most ${MAX_TEXT_BYTES} bytes`);
  const conversation = workflowIdOf(id);
  const message: InboundMessage = { id: given ?? crypto.randomUUID(), text, live: gatewayUrl };
  const duplicate = given === undefined ? false : await conversations.hasSeen(conversation, given);
  if (duplicate !== true) await conversations.store({ id, message, operator: true, ...rest });
  changes.nudge(conversation);
  return { conversation, message: message.id, duplicate };
}
