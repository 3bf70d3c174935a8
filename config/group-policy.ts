import type { GroupPolicy } from '../contract/access.ts';
import type { GroupsConfig } from './config.ts';

/** What is taken in of a group: as the config says of the conversation, of what it is a part of, or of its platform. */
export function createGroupPolicy(
  groups: GroupsConfig,
): (platform: string, conversation: string) => GroupPolicy {
  if (typeof groups === 'string') return () => groups;
  const policies = new Map(Object.entries(groups));
  return (platform, conversation) => {
    // A topic or thread is named after its group: `-100123/42`.
    for (let part = conversation; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
      const policy = policies.get(`${platform}:${part}`);
      if (policy) return policy;
    }
    return policies.get(platform) ?? 'mention';
  };
}
