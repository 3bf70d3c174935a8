import { ANYONE } from './access.ts';
import type { Sender } from './message.ts';
import type { QueuedMessage } from './state.ts';

/** Who calls the HTTP API or writes in the web chat. An operator who gives a person this name is the same one there. */
const OPERATOR = 'operator';

/**
 * Who wrote a message, the same wherever they write: the operator's name for them, or `{platform}:{sender id}`. Undefined where
 * nobody is known to have written it, as with what holdfast itself puts into a conversation.
 */
export function personOf(
  platform: string,
  {
    message: { sender, internal },
    settings: { access = ANYONE },
  }: Pick<QueuedMessage, 'message' | 'settings'>,
): string | undefined {
  if (access.person !== undefined) return access.person;
  if (sender) return `${platform}:${sender.id}`;
  return access.role === 'owner' && !internal ? OPERATOR : undefined;
}

/** A sender as people read it: `Ada (telegram:123)`. */
export function senderName(platform: string, { id, name }: Sender): string {
  return name === undefined ? `${platform}:${id}` : `${name} (${platform}:${id})`;
}
