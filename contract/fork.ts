import type { Written } from './schema.ts';
import { type ConversationState, FIRST_STATE } from './state.ts';

/** What a conversation that goes on from another one begins with. What runs there goes on there, and what was spent was spent there. */
export function forked(known: ConversationState & Written): ConversationState & Written {
  const { usage, spent } = FIRST_STATE;
  return { ...known, inbox: [], tasks: [], taskApprovals: [], usage, spent };
}

/** Turns that were answered, oldest first: those that another conversation can go on from. */
export function answeredTurns({ entries }: Pick<ConversationState, 'entries'>): number[] {
  const answered = entries.filter((entry) => entry.kind === 'reply' && entry.status !== 'command');
  return [...new Set(answered.map(({ turn }) => turn))];
}

/** The same from the end of a turn on: nothing of what came later is in it. */
export function forkedAt(known: ConversationState & Written, turn: number): ConversationState & Written {
  // A summary may have been made later than what it tells of.
  const entries = known.entries.filter(
    (entry) => (entry.kind === 'summary' ? entry.upToTurn : entry.turn) <= turn,
  );
  return { ...forked(known), entries, turns: turn, seq: entries.at(-1)?.seq ?? known.seq };
}
