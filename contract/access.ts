/** What a person may do, each more than the one before: talk to the agent · decide approval requests and pairings · all. */
export const ROLES = ['user', 'approver', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** What is taken in of what is written in a group: what is meant for the bot · all of it · nothing. */
export type GroupPolicy = 'mention' | 'always' | 'never';
