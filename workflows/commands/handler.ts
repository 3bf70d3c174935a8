import type { SenderAccess } from '../../contract/access.ts';
import { senderName } from '../../contract/person.ts';
import type { QueuedMessage } from '../../contract/state.ts';
import { placeOf } from '../identity.ts';
import type { Parts } from '../parts.ts';

/** A command with who gave it. */
export interface GivenCommand {
  /** What was written after its name, trimmed. */
  argument: string;
  access: SenderAccess;
  queued: QueuedMessage;
}

/**
 * What a command leads to: a text, `shown` where the platform shows it elsewhere; or a turn that works on these messages
 * (only for commands that come in their order).
 */
export type CommandResult = { text: string; shown?: true } | { turn: [QueuedMessage, ...QueuedMessage[]] };

export type Handler = (
  given: GivenCommand,
  parts: Parts,
) => string | CommandResult | Promise<string | CommandResult>;

/** Who gave it, as it is recorded and shown: `telegram:123 (Ada)`. */
export function nameOf({ access, queued }: GivenCommand, { start }: Parts): string {
  const { sender } = queued.message;
  if (!sender) return access.role === 'owner' ? 'the operator' : 'someone';
  return senderName(placeOf(queued.message, start).platform, sender);
}
