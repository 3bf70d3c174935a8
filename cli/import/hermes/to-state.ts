import { z } from 'zod';
import type { Json } from '../../../contract/json.ts';
import type { Written } from '../../../contract/schema.ts';
import { CONVERSATION_STATE, type ConversationState, FIRST_STATE } from '../../../contract/state.ts';
import {
  type AssistantEntry,
  type AssistantPart,
  type Entry,
  saidIn,
  type ToolEntry,
  toolCallsOf,
  type UserEntry,
} from '../../../contract/transcript.ts';
import { wellFormed } from '../../../contract/well-formed.ts';
import { Transcript } from '../../../workflows/transcript.ts';
import type { HermesMessage, HermesSession } from './read-sessions.ts';

/** What a session becomes, and what of it does not come along. */
export interface Imported {
  state: ConversationState & Written;
  turns: number;
  /** Oldest turns for which there is no room: a conversation carries 800 KB. */
  omittedTurns: number;
  /** Pictures and other parts that are no text: words stand for them. */
  lostParts: number;
  /** Whether its last message was not answered. */
  isOpen: boolean;
}

type Turn = { user: HermesMessage[]; rest: HermesMessage[] };

const partSchema = z.object({ type: z.string(), text: z.string().optional() });
const callsSchema = z.array(
  z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
);
const NO_RESULT = 'No result of this call was recorded.';

/** The state that a conversation begins with that goes on from a session: as if its turns had been here. */
export function toState(session: HermesSession): Imported {
  const turns = turnsOf(session.messages);
  const lost = { parts: 0 };
  const transcript = new Transcript(FIRST_STATE);
  for (const [index, turn] of turns.entries())
    for (const entry of entriesOf(turn, index + 1, session, lost))
      transcript.append<Entry>(wellFormed(entry));
  const kept = transcript.carried();
  const last = session.messages.at(-1);
  const heard = session.messages.findLast(({ role }) => role === 'user');
  return {
    state: CONVERSATION_STATE.write({
      ...FIRST_STATE,
      ...kept,
      turns: turns.length,
      ...(heard ? { heard: { at: heard.at } } : {}),
    }),
    turns: turns.length,
    omittedTurns: kept.omittedTurns,
    lostParts: lost.parts,
    isOpen: last !== undefined && !isAnswer(last),
  };
}

/** A message that comes before the one before it was answered belongs to the same turn. */
function turnsOf(messages: HermesMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const turn = turns.at(-1);
    const last = turn?.rest.at(-1);
    if (message.role === 'user' && (!turn || (last && isAnswer(last))))
      turns.push({ user: [message], rest: [] });
    else if (message.role === 'user') turn?.user.push(message);
    else if (message.role === 'assistant' || message.role === 'tool') turn?.rest.push(message);
  }
  return turns;
}

type Unnumbered<E> = E extends Entry ? Omit<E, 'seq'> : never;

function entriesOf(
  { user, rest }: Turn,
  turn: number,
  { user: sender }: HermesSession,
  lost: { parts: number },
): Unnumbered<Entry>[] {
  const asked = user.map(
    ({ id, content, at }): Unnumbered<UserEntry> => ({
      kind: 'user',
      turn,
      id: `hermes:${id}`,
      text: textOf(content, lost),
      ...(sender ? { sender } : {}),
      at,
    }),
  );
  const results = new Map(rest.flatMap((one) => (one.role === 'tool' ? [[one.toolCallId, one]] : [])));
  const steps = rest
    .filter(({ role }) => role === 'assistant')
    .flatMap((message): Unnumbered<AssistantEntry | ToolEntry>[] => {
      const text = textOf(message.content, lost);
      const content: AssistantPart[] = [
        ...(text === '' ? [] : [{ type: 'text' as const, text }]),
        ...callsOf(message),
      ];
      if (content.length === 0) return [];
      const tools = toolCallsOf(content).map(({ toolCallId, toolName }): Unnumbered<ToolEntry> => {
        const result = results.get(toolCallId);
        const said = result ? textOf(result.content, lost) : NO_RESULT;
        return {
          kind: 'tool',
          turn,
          callId: toolCallId,
          name: toolName,
          output: said,
          outcome: result ? 'ok' : 'unknown',
        };
      });
      return [{ kind: 'assistant' as const, turn, content }, tools].flat();
    });
  const last = rest.findLast(({ role }) => role === 'assistant');
  if (!last || !isAnswer(last)) return [...asked, ...steps];
  const said = saidIn(steps.map((step) => ({ ...step, seq: 0 })));
  const answers = asked.map(({ id }) => id);
  return [...asked, ...steps, { kind: 'reply', turn, status: 'answered', text: said, answers, at: last.at }];
}

/** The last word of a turn: nothing is called any more. */
function isAnswer(message: HermesMessage): boolean {
  return message.role === 'assistant' && callsOf(message).length === 0;
}

function callsOf({ toolCalls }: HermesMessage): AssistantPart[] {
  return (callsSchema.safeParse(toolCalls).data ?? []).map(
    ({ id, function: { name, arguments: given } }) => ({
      type: 'tool-call',
      toolCallId: id,
      toolName: name,
      input: inputOf(given),
    }),
  );
}

/** What a model wrote may be no JSON. */
function inputOf(given: string): Json {
  try {
    return JSON.parse(given) as Json;
  } catch {
    return { arguments: given };
  }
}

function textOf(content: unknown, lost: { parts: number }): string {
  if (typeof content === 'string') return content.trim();
  const parts = z.array(partSchema).safeParse(content).data;
  if (!parts) return content === undefined || content === null ? '' : JSON.stringify(content);
  return parts
    .map(({ type, text }) => {
      if (text !== undefined) return text;
      lost.parts += 1;
      return `[${type.replace(/_url$/, '')}: it was not brought over from Hermes]`;
    })
    .join('\n')
    .trim();
}
