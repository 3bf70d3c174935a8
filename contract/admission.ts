import type { Role } from './access.ts';
import type { LimitReached, Limits } from './limits.ts';
import type { Stranger } from './pairing.ts';

/** What is asked of a message that waits to be let in. */
export interface AdmissionRequest extends Stranger {
  /** Only the sender and the bot read along, so that a code can be told. */
  direct: boolean;
  /** The config does not know the sender. */
  unknown?: true;
  /** It begins a turn, which is counted unless a limit is reached; `at` is its arrival, in ms since the epoch. */
  counts?: { account: string; limits: Limits; at: number };
}

/** Why a message was not let in. Times are in ms since the epoch. */
export type Refusal =
  /** Not one of the listed people · too many commands · nobody could say. */
  | { reason: 'stranger' | 'paced' | 'unavailable' }
  /** Without a code where others read along. */
  | { reason: 'unpaired'; code?: string; until?: number }
  /** Too many wait to be paired. */
  | { reason: 'crowded'; until: number }
  | ({ reason: 'limit' } & LimitReached);

/** Whether a message is let in: with the role that its sender was paired with, if they were; or not. */
export type Admission = { role?: Role } | { refused: Refusal };
