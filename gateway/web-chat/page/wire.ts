/** What the page hears on `GET /v1/conversations/{id}/events`. */
import type { ApprovalOutcome, Reach } from '../../../contract/approval.ts';
import type { Button, OutgoingFile } from '../../../contract/delivery.ts';
import type { Attachment } from '../../../contract/message.ts';
import type { ConversationStatus } from '../../../contract/state.ts';
import type { ToolOutcome } from '../../../contract/tool-call.ts';
import type { ReplyStatus } from '../../../contract/transcript.ts';

interface Durable {
  /** Cursor: rises with each durable event of the conversation. */
  seq: number;
  turn: number;
}

interface ReceivedEvent extends Durable {
  type: 'message';
  id: string;
  text: string;
  attachments?: Pick<Attachment, 'kind' | 'name'>[];
  sender?: { id: string; name?: string };
  /** It was not written just now, but put there by holdfast. */
  internal?: { kind: 'notice' | 'schedule' | 'task' };
  /** Milliseconds since the epoch. */
  at: number;
}

export interface StepEvent extends Durable {
  type: 'step';
  text: string;
  calls: { id: string; name: string; input: unknown }[];
}

export interface ToolEvent extends Durable {
  type: 'tool';
  callId: string;
  name: string;
  outcome: ToolOutcome;
  output: string;
}

/** A call that waits for an approver. */
export interface ApprovalEvent extends Durable {
  type: 'approval';
  id: string;
  tool: string;
  /** The call in markdown, secrets masked. */
  shown: string;
  /** What allowing it for longer covers: calls of the tool with this scope; all of them if it is empty. */
  scope: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Each decides, as a message. */
  buttons: Button[];
  /** The task that asks, if it is not the turn itself: it may ask after the turn has ended. */
  task?: string;
}

export interface DecisionEvent extends Durable {
  type: 'decision';
  /** Of the request. */
  id: string;
  outcome: ApprovalOutcome;
  reach?: Reach;
  by?: string;
}

export interface ReplyEvent extends Durable {
  type: 'reply';
  status: ReplyStatus;
  /** The whole text of the turn. */
  text: string;
  /** Ids of the messages that it answers. */
  answers: string[];
  buttons?: Button[];
  files?: OutgoingFile[];
}

/** Text of a step that is being written; losing it loses nothing. A new attempt begins again at offset 0. */
export interface DeltaEvent {
  type: 'delta';
  turn: number;
  /** Counts from 1 in each turn. */
  step: number;
  attempt: number;
  offset: number;
  text: string;
}

export interface ProgressEvent {
  type: 'progress';
  turn: number;
  callId: string;
  text: string;
}

export interface StatusEvent {
  type: 'status';
  status: ConversationStatus;
  /** Messages that wait for their turn. */
  waiting: number;
  running: { callId: string; name: string }[];
}

export type DurableEvent = ReceivedEvent | StepEvent | ToolEvent | ApprovalEvent | DecisionEvent | ReplyEvent;
export type ServerEvent = DurableEvent | DeltaEvent | ProgressEvent | StatusEvent;

export const SERVER_EVENTS = [
  'message',
  'step',
  'tool',
  'approval',
  'decision',
  'reply',
  'delta',
  'progress',
  'status',
] as const;
