import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

/** What one person may use, over all conversations; a day is one of UTC. */
export interface Limits {
  messagesPerMinute?: number;
  turnsPerDay?: number;
  /** Read and written by models. */
  tokensPerDay?: number;
  /** In the currency of the config's prices. */
  costPerDay?: number;
}

/** A limit that leaves no room, until a time in ms since the epoch. */
export interface LimitReached {
  limit: keyof Limits;
  most: number;
  until: number;
}

/** What a person has used: messages of the last minute, the rest of the day. */
export interface Used {
  messages: number;
  turns: number;
  tokens: number;
  cost: number;
}

/** What a turn has spent. */
export interface Spent extends Pick<Used, 'tokens' | 'cost'> {
  /** Of the turns that its messages were counted as, those that it was not: they were answered together. */
  unusedTurns: number;
  /** In ms since the epoch. */
  at: number;
}

/** The workflow type that keeps one person's account. */
export const ACCOUNT = 'account';

/** Its workflow id: of a name from the config, or of an identity. */
export function accountId(account: string): string {
  return `holdfast/account/${account}`;
}

/** Counts messages that each begin a turn, by the times of their arrival; null for each that is within the limits. */
export const count = defineUpdate<(LimitReached | null)[], [{ limits: Limits; arrivals: number[] }]>('count');
export const spent = defineSignal<[Spent]>('spent');
export const used = defineQuery<Used, [at: number]>('used');
