import type { Written } from '../../contract/schema.ts';
import { CONVERSATION_STATE, type ConversationState, FIRST_STATE } from '../../contract/state.ts';
import type { Entry } from '../../contract/transcript.ts';
import { wellFormed } from '../../contract/well-formed.ts';
import type { Said } from './said.ts';

type Unnumbered<E> = E extends Entry ? Omit<E, 'seq' | 'turn'> : never;

/** How the instructions of the program that began a conversation are told: the agent's own come from the config. */
const INSTRUCTIONS = '[Instructions of the program that began this conversation]';

/** What a conversation begins with that a program brings along: the transcript so far. Undefined if there is nothing of it. */
export function begunWith(earlier: Said[]): (ConversationState & Written) | undefined {
  const at = Date.now();
  const entries: Entry[] = [];
  let turn = 0;
  let isAnswered = true;
  const append = (entry: Unnumbered<Entry>) => entries.push({ ...entry, seq: entries.length + 1, turn });
  const beginTurn = () => {
    if (isAnswered) turn += 1;
    isAnswered = false;
  };
  for (const [index, { role, text }] of wellFormed(earlier).entries()) {
    if (text.trim() === '') continue;
    const id = `earlier-${index}`;
    if (role === 'system') append({ kind: 'user', id, text: `${INSTRUCTIONS}\n\n${text}`, at });
    else beginTurn();
    if (role === 'user') append({ kind: 'user', id, text, at });
    if (role === 'assistant') {
      append({ kind: 'assistant', content: [{ type: 'text', text }] });
      append({ kind: 'reply', status: 'answered', text, answers: [], at });
      isAnswered = true;
    }
  }
  if (entries.length === 0) return undefined;
  return CONVERSATION_STATE.write({ ...FIRST_STATE, entries, seq: entries.length, turns: turn });
}
