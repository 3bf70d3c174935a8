import type { LiveEvent } from '../contract/live.ts';
import type { ConversationView } from '../contract/signals.ts';
import { type Entry, textOf, toolCallsOf } from '../contract/transcript.ts';

/** An event of `GET /v1/conversations/{id}/events`; one with an id is durable, and its id is the cursor. */
export interface OutsideEvent {
  id?: string;
  event:
    | 'message'
    | 'step'
    | 'tool'
    | 'approval'
    | 'decision'
    | 'summary'
    | 'reply'
    | 'delta'
    | 'progress'
    | 'status';
  data: object;
}

/** An entry without what is between holdfast and the platform only: whoever has it could answer in holdfast's place. */
export function outside<E extends Entry>(entry: E): E {
  return 'returnAddress' in entry ? { ...entry, returnAddress: undefined } : entry;
}

export function entryEvent(entry: Entry): OutsideEvent {
  const id = String(entry.seq);
  const { seq, turn } = entry;
  switch (entry.kind) {
    case 'user': {
      const { kind: _, messageId: __, ...data } = outside(entry);
      return { id, event: 'message', data };
    }
    case 'assistant': {
      const calls = toolCallsOf(entry.content).map((call) => ({
        id: call.toolCallId,
        name: call.toolName,
        input: call.input,
      }));
      return { id, event: 'step', data: { seq, turn, text: textOf(entry.content), calls } };
    }
    case 'tool': {
      const { kind: _, ...data } = entry;
      return { id, event: 'tool', data };
    }
    case 'approval':
    case 'decision':
    case 'summary': {
      const { kind, ...data } = entry;
      return { id, event: kind, data };
    }
    case 'reply': {
      const { kind: _, ...data } = entry;
      return { id, event: 'reply', data };
    }
  }
}

export function statusEvent({ status, waiting, running }: ConversationView): OutsideEvent {
  return { event: 'status', data: { status, waiting, running } };
}

export function liveEvent({ kind, conversation: _, ...data }: LiveEvent): OutsideEvent {
  return { event: kind, data };
}
