/** Longest accepted conversation id (`{platform}/{conversation}`), in UTF-8 bytes; Temporal's own limit is 1,000. */
const MAX_BYTES = 500;
const PLATFORM = /^[a-z][a-z0-9-]{0,31}$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/;

export interface ConversationId {
  /** `telegram`, `web`, … */
  platform: string;
  /** What the platform calls the place, for instance `-100123/42`. Any printable text. */
  conversation: string;
}

/** A conversation id that cannot be used; the message says why. */
export class InvalidConversationId extends Error {
  override name = 'InvalidConversationId';
}

/** The workflow id of a conversation: `{platform}/{conversation}`. Throws {@link InvalidConversationId}. */
export function workflowIdOf({ platform, conversation }: ConversationId): string {
  if (!PLATFORM.test(platform)) throw new InvalidConversationId(`"${platform}" is not a platform name`);
  if (conversation === '') throw new InvalidConversationId('the conversation id is empty');
  if (!conversation.isWellFormed())
    throw new InvalidConversationId('the conversation id is not well-formed Unicode');
  if (CONTROL.test(conversation))
    throw new InvalidConversationId('the conversation id has control characters');
  const id = `${platform}/${conversation}`;
  if (new TextEncoder().encode(id).length > MAX_BYTES)
    throw new InvalidConversationId(`the conversation id is longer than ${MAX_BYTES} bytes`);
  return id;
}

/**
 * Reads the id used by the HTTP API, which is the workflow id; one without a slash belongs to the platform `web`.
 * Throws {@link InvalidConversationId}.
 */
export function parseConversationId(id: string): ConversationId {
  const slash = id.indexOf('/');
  const parsed =
    slash < 0
      ? { platform: 'web', conversation: id }
      : { platform: id.slice(0, slash), conversation: id.slice(slash + 1) };
  workflowIdOf(parsed);
  return parsed;
}
