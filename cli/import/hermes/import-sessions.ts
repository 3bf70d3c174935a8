import type { Client } from '@temporalio/client';
import { beginConversation, type KnowingStart } from '../../../activities/begin-conversation.ts';
import { workflowIdOf } from '../../../contract/conversation-id.ts';
import { placeOf } from './place.ts';
import type { HermesSession } from './read-sessions.ts';
import { type Imported, toState } from './to-state.ts';

/**
 * What became of a session: its conversation was `imported`, or would be · there is one of this id already, which stays `as it is` ·
 * a `newer` session is of the same conversation · holdfast has `no place` like it · it is `empty`.
 */
export type Outcome = 'imported' | 'as it is' | 'newer' | 'no place' | 'empty';

export interface SessionReport extends Partial<Omit<Imported, 'state'>> {
  /** Hermes's key of the session. */
  session: string;
  /** Workflow id. */
  conversation?: string;
  outcome: Outcome;
}

interface Planned {
  report: SessionReport;
  start?: KnowingStart;
}

/** What is to be done with each session: that of a place in which several people have their own is the one that was used last. */
export function plan(sessions: readonly HermesSession[]): Planned[] {
  const newest = new Map<string, HermesSession>();
  const known = sessions.map((session) => {
    const place = placeOf(session);
    const conversation = place && workflowIdOf(place);
    const other = conversation === undefined ? undefined : newest.get(conversation);
    if (conversation !== undefined && lastOf(session) > (other ? lastOf(other) : 0))
      newest.set(conversation, session);
    return { session, place, conversation };
  });
  return known.map(({ session, place, conversation }): Planned => {
    const report = { session: session.key, ...(conversation === undefined ? {} : { conversation }) };
    if (!place || conversation === undefined) return { report: { ...report, outcome: 'no place' } };
    if (session.messages.length === 0) return { report: { ...report, outcome: 'empty' } };
    if (newest.get(conversation) !== session) return { report: { ...report, outcome: 'newer' } };
    const { state, ...told } = toState(session);
    return { report: { ...report, ...told, outcome: 'imported' }, start: { ...place, state } };
  });
}

/** Begins what was planned. A conversation that is there already is never touched, so that it may be run again after a kill. */
export async function* importSessions(
  client: Client,
  planned: readonly Planned[],
): AsyncGenerator<SessionReport> {
  for (const { report, start } of planned)
    yield start && !(await beginConversation(client, start, 'from Hermes'))
      ? { ...report, outcome: 'as it is' }
      : report;
}

function lastOf({ messages }: HermesSession): number {
  return messages.at(-1)?.at ?? 0;
}
