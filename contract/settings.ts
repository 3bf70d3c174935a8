import type { SenderAccess } from './access.ts';
import type { Queues } from './queues.ts';

/**
 * What a message does that arrives while a turn is running:
 * `steer` the model sees it at its next step · `queue` its own turn afterwards ·
 * `collect` one batch for the next turn · `interrupt` ends the running turn and starts its own.
 */
export const WHILE_BUSY = ['steer', 'queue', 'collect', 'interrupt'] as const;
export type WhileBusy = (typeof WHILE_BUSY)[number];

/** What one turn may spend before it ends with an honest reply. */
export interface TurnLimits {
  /** Model calls. */
  steps: number;
  /** Seconds from the turn's start. */
  seconds: number;
  /** Attempts of one model call, worker deaths included. */
  failures: number;
}

/**
 * When a conversation starts afresh: at a message that comes this long after the last one, in ms · at the first message of another
 * day, named by its date, of those that begin at `at` (as people read it: `04:00 Europe/Berlin`).
 */
export type Reset = { idleMs: number } | { day: string; at: string };

/** Resolved by the gateway from the config and stored with each message, so that a replay sees what the turn saw. */
export interface ConversationSettings {
  whileBusy: WhileBusy;
  limits: TurnLimits;
  /** The agent that answers here, if not the default one; `/agent` wins over it. */
  agent?: string;
  /** What the sender may do; {@link ANYONE} if not given. */
  access?: SenderAccess;
  /** Never, if not given. */
  reset?: Reset;
  /** `one` if not given. */
  queues?: Queues;
  /** Fairness key of the work of a conversation that this message begins: at most 64 bytes. */
  tenant?: string;
}

export const DEFAULT_SETTINGS: ConversationSettings = {
  whileBusy: 'steer',
  limits: { steps: 25, seconds: 3600, failures: 8 },
};
