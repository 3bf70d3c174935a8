import {
  addCalls,
  addDelta,
  addProgress,
  askApproval,
  decideApproval,
  endReply,
  finishCall,
  type Reply,
} from './reply.ts';
import type {
  DeltaEvent,
  DurableEvent,
  ProgressEvent,
  ReplyEvent,
  ServerEvent,
  StatusEvent,
} from './wire.ts';

/**
 * How far a message got: `sending` · `retrying` the gateway cannot take it now · `refused` it never will ·
 * `accepted` stored, waits for its turn · `confirmed` part of the conversation.
 */
export type Sending = 'sending' | 'retrying' | 'refused' | 'accepted' | 'confirmed';

export interface UserMessage {
  kind: 'user';
  id: string;
  text: string;
  sending: Sending;
  turn?: number;
  sender?: string;
  /** Why it was refused. */
  note?: string;
}

/** The line under a `/new`: what is above is forgotten. */
interface Divider {
  kind: 'divider';
  key: string;
}

export type Item = UserMessage | Reply | Divider;

export interface ChatState {
  /** Cursor: sequence number of the newest durable event in `items`. */
  seq: number;
  /** What the conversation is known to hold, in the order it is read. */
  items: Item[];
  /** Messages of this browser that are not part of the conversation yet. */
  outbox: UserMessage[];
  status: StatusEvent['status'];
  waiting: number;
  running: StatusEvent['running'];
}

export type ChatEvent =
  | ServerEvent
  | { type: 'send'; id: string; text: string }
  | { type: 'sending'; id: string; sending: Sending; note?: string }
  | { type: 'discard'; id: string };

export function emptyChat(outbox: UserMessage[] = []): ChatState {
  return { seq: 0, items: [], outbox, status: 'idle', waiting: 0, running: [] };
}

/** The chat after an event. Durable events count once, in the order of their `seq`; the rest is best effort. */
export function chatAfter(chat: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case 'send':
      return {
        ...chat,
        outbox: [...chat.outbox, { kind: 'user', id: event.id, text: event.text, sending: 'sending' }],
      };
    case 'sending': {
      const { id, sending, note } = event;
      const change = (message: UserMessage) => ({
        ...message,
        sending,
        ...(note === undefined ? {} : { note }),
      });
      return {
        ...chat,
        outbox: chat.outbox.map((message) => (message.id === id ? change(message) : message)),
      };
    }
    case 'discard':
      return { ...chat, outbox: without(chat.outbox, [event.id]) };
    case 'status':
      return { ...chat, status: event.status, waiting: event.waiting, running: event.running };
    case 'delta':
    case 'progress':
      return afterLive(chat, event);
    default:
      return event.seq <= chat.seq ? chat : { ...afterDurable(chat, event), seq: event.seq };
  }
}

/** Everything on the page, in order. A reply may begin before its message is known to be in the conversation. */
export function inOrder({ items, outbox }: ChatState): Item[] {
  const last = items.at(-1);
  const early =
    last?.kind === 'reply' &&
    !last.end &&
    last.steps.length === 0 &&
    !items.some((item) => item.kind === 'user' && item.turn === last.turn);
  return early
    ? [...items.slice(0, -1), ...outbox.slice(0, 1), last, ...outbox.slice(1)]
    : [...items, ...outbox];
}

function afterDurable(chat: ChatState, event: DurableEvent): ChatState {
  const { items } = chat;
  switch (event.type) {
    case 'message': {
      // A schedule is shown as what was asked for; the rest is said by holdfast, or for the agent only.
      if (event.internal && event.internal.kind !== 'schedule') return chat;
      const message: UserMessage = {
        kind: 'user',
        id: event.id,
        text: textOf(event),
        sending: 'confirmed',
        turn: event.turn,
        ...senderOf(event),
      };
      // A running turn answers below everything that it has read.
      const reply = items.findLastIndex((item) => isTurn(item, event.turn) && !item.end);
      const at = reply < 0 ? items.length : reply;
      return { ...chat, items: items.toSpliced(at, 0, message), outbox: without(chat.outbox, [event.id]) };
    }
    case 'step':
      return { ...chat, items: inTurn(items, event.turn, (reply) => addCalls(reply, event)) };
    case 'tool':
      return { ...chat, items: inTurn(items, event.turn, (reply) => finishCall(reply, event)) };
    case 'approval':
      return { ...chat, items: inTurn(items, event.turn, (reply) => askApproval(reply, event)) };
    case 'decision':
      return {
        ...chat,
        items: items.map((item) => (item.kind === 'reply' ? decideApproval(item, event) : item)),
      };
    case 'reply':
      return event.status === 'command'
        ? { ...chat, items: afterCommand(items, event), outbox: without(chat.outbox, event.answers) }
        : { ...chat, items: inTurn(items, event.turn, (reply) => endReply(reply, event)) };
  }
}

function senderOf({ sender, internal }: Extract<DurableEvent, { type: 'message' }>) {
  const name = internal?.kind ?? sender?.name;
  return name ? { sender: name } : {};
}

/** A message's text, with a line for each thing that came with it. */
function textOf({ text, attachments = [], internal }: Extract<DurableEvent, { type: 'message' }>): string {
  const lines = attachments.map(({ kind, name }) => `[${name ? `${kind} ${name}` : kind}]`);
  const what = internal?.kind === 'schedule' ? `⏰ ${text}` : text;
  return [what, ...lines].filter(Boolean).join('\n');
}

function afterLive(chat: ChatState, event: DeltaEvent | ProgressEvent): ChatState {
  if (chat.items.some((item) => isTurn(item, event.turn) && item.end)) return chat;
  const change = (reply: Reply) =>
    event.type === 'delta' ? addDelta(reply, event) : addProgress(reply, event.callId, event.text);
  return { ...chat, items: inTurn(chat.items, event.turn, change) };
}

/** A command is answered beside the turns, right below it. */
function afterCommand(items: Item[], event: ReplyEvent): Item[] {
  const asked = items.findLastIndex((item) => item.kind === 'user' && event.answers.includes(item.id));
  const question = items[asked];
  const { seq, turn, status, text } = event;
  const answer: Item[] = [{ ...emptyReply(`command-${seq}`, turn), end: { status, text } }];
  if (question?.kind === 'user' && /^\s*\/new\b/i.test(question.text))
    answer.push({ kind: 'divider', key: `new-${seq}` });
  return items.toSpliced(asked < 0 ? items.length : asked + 1, 0, ...answer);
}

/** Changes the reply of a turn; begins it if need be. */
function inTurn(items: Item[], turn: number, change: (reply: Reply) => Reply): Item[] {
  const at = items.findLastIndex((item) => isTurn(item, turn));
  const found = items[at];
  if (found?.kind === 'reply') return items.with(at, change(found));
  return [...items, change(emptyReply(`turn-${turn}`, turn))];
}

function emptyReply(key: string, turn: number): Reply {
  return { kind: 'reply', key, turn, steps: [], approvals: [] };
}

function isTurn(item: Item, turn: number): item is Reply {
  return item.kind === 'reply' && item.turn === turn && item.end?.status !== 'command';
}

function without(outbox: UserMessage[], ids: string[]): UserMessage[] {
  return outbox.filter((message) => !ids.includes(message.id));
}
