import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { defineSchema } from './schema.ts';

/** Something remembered. */
export interface Fact {
  /** `p1`, `p2`, … of a person, `c1`, `c2`, … of a conversation; none is given twice. */
  id: string;
  /** One line of at most {@link MAX_FACT} characters. */
  text: string;
  /** In ms since the epoch. */
  at: number;
  /** Who said it: `Ada (telegram:123)`. */
  by: string;
}

/** Facts of one owner. */
export const MAX_FACTS = 200;
/** Longest fact, in characters. */
export const MAX_FACT = 500;
/** Facts that are forgotten at once by their ids, at most. */
export const MAX_FORGOTTEN = 50;
/** The id of a fact. */
export const FACT_ID = /^[pc][1-9]\d{0,8}$/;

/** Whose facts: of `person/{person}`, wherever they write (contract/person.ts); or of `conversation/{workflow id}`. */
export type MemoryOwner = `person/${string}` | `conversation/${string}`;

/** Each write has a `key` that is the same for every attempt of it: a repeat finds what the first did. */
export interface Note extends Pick<Fact, 'text' | 'by'> {
  key: string;
}
/** Without ids: all. */
export interface Forgetting {
  ids?: string[];
  key: string;
}

/** The fact's id, with `known` if the same was remembered before; or that there is no room. */
export type Remembered = { id: string; known?: true } | { full: true };

/** The workflow type; there is one for each owner, with the id `memory/{owner}`, from the first fact on. */
export const MEMORY = 'memory';

export const remember = defineUpdate<Remembered, [Note]>('remember');
/** The ids of what was there, and is forgotten. */
export const forget = defineUpdate<string[], [Forgetting]>('forget');
/** All facts, oldest first. */
export const facts = defineQuery<Fact[]>('facts');

/** What a memory carries from run to run. */
export interface MemoryState {
  owner: MemoryOwner;
  facts: Fact[];
  /** Facts ever written: the number in the newest id. */
  written: number;
  /** The newest writes with what came of them, oldest first. */
  done: { key: string; result: Remembered | string[] }[];
}

export const MEMORY_STATE = defineSchema<MemoryState>('this memory');
