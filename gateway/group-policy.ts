import type { GroupPolicy } from '../contract/access.ts';
import type { InboundMessage } from '../contract/message.ts';

/** What the operator wants of the groups of a platform, or of one conversation there. */
export type GroupPolicyOf = (platform: string, conversation: string) => GroupPolicy;

/** Whether a message is taken in; what is written to the bot alone always is. */
export function isWanted(
  { group, unaddressed }: Pick<InboundMessage, 'group' | 'unaddressed'>,
  policy: GroupPolicy,
): boolean {
  if (!group) return true;
  return policy === 'always' || (policy === 'mention' && !unaddressed);
}
