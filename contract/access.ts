/** What a person may do, each more than the one before: talk to the agent · decide approval requests and pairings · all. */
export const ROLES = ['user', 'approver', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** What the operator's config says of a message's sender; resolved by the gateway and stored with the message. */
export interface SenderAccess {
  role: Role;
  /** The operator's name for the person, who may have identities on several platforms. */
  person?: string;
}

/** Of someone that no config speaks of. */
export const ANYONE: SenderAccess = { role: 'user' };
