import type { Limits } from './limits.ts';

/** What a person may do, each more than the one before: talk to the agent · decide approval requests and pairings · all. */
export const ROLES = ['user', 'approver', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** What is taken in of what is written in a group: what is meant for the bot · all of it · nothing. */
export const GROUP_POLICIES = ['mention', 'always', 'never'] as const;
export type GroupPolicy = (typeof GROUP_POLICIES)[number];

/** Who may talk to the agent: anyone · the people of the config · also those whom an approver has paired. */
export const ACCESS_POLICIES = ['open', 'listed', 'pairing'] as const;
export type AccessPolicy = (typeof ACCESS_POLICIES)[number];

/** What the operator's config says of a message's sender; resolved by the gateway and stored with the message. */
export interface SenderAccess {
  role: Role;
  /** The operator's name for the person, who may have identities on several platforms. */
  person?: string;
  /** All that the person writes in direct messages is one conversation. */
  shares?: true;
  /** The config does not know the sender, who is let in only if paired, or not at all. */
  unknown?: 'pair' | 'refuse';
  /** What the sender may use; an owner has none. */
  limits?: Limits;
}

/** Of someone that no config speaks of. */
export const ANYONE: SenderAccess = { role: 'user' };
