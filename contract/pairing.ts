import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Role } from './access.ts';
import type { Place } from './place.ts';

/** The workflow that keeps who was paired: there is one. */
export const ACCESS = { type: 'access', id: 'holdfast/access' };

/** Someone whom the config does not know, at their own conversation. */
export interface Stranger {
  /** `{platform}:{sender id}` */
  identity: string;
  /** As they call themselves. */
  name?: string;
  place: Place;
}

/** Someone who was let in. */
export interface Paired extends Stranger {
  role: Role;
  code: string;
  /** The identity that let them in, or `cli`. */
  by: string;
  /** In ms since the epoch. */
  at: number;
}

/** Someone who has a code and waits to be let in. */
export interface PendingPairing extends Stranger {
  code: string;
  /** In ms since the epoch. */
  at: number;
  expiresAt: number;
}

/** What someone who knocks is told: they are in · their code · too many wait already. */
export type KnockAnswer =
  | { role: Role }
  | { code: string; expiresAt: number }
  | { crowded: true; until: number };

/** What became of a code that was tried. */
export type CodeResult =
  | { outcome: 'paired'; paired: Paired; isNew: boolean }
  | { outcome: 'wrong'; left: number }
  | { outcome: 'locked'; until: number }
  | { outcome: 'full' };

/** Someone knocks; `fresh` is the code that they get unless they have one. */
export const knock = defineUpdate<KnockAnswer, [Stranger & { fresh: string }]>('knock');
export const tryCode = defineUpdate<CodeResult, [{ code: string; role: Role; by: string }]>('tryCode');
/** Ends a pairing; false if there is none. */
export const revoke = defineUpdate<boolean, [identity: string]>('revoke');
/** The roles of these identities, null for who is not paired. */
export const rolesOf = defineQuery<(Role | null)[], [identities: string[]]>('rolesOf');
/** Who waits, without their codes: they are told by who has them. */
export interface PairingView {
  paired: Paired[];
  pending: Omit<PendingPairing, 'code'>[];
}
export const pairings = defineQuery<PairingView, [at: number]>('pairings');
