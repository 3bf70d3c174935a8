import type { Refusal } from './admission.ts';
import type { ApprovalOutcome, PendingApproval, Reach } from './approval.ts';
import type { Button, OutgoingFile } from './delivery.ts';
import type { Json } from './json.ts';
import type { Attachment, Internal, Sender } from './message.ts';
import type { Usage } from './model-step.ts';
import type { Place } from './place.ts';
import type { ToolOutcome } from './tool-call.ts';

/** Provider data (signatures, item ids) that must be sent back with the part it came with. */
type ProviderOptions = Record<string, Record<string, Json>>;

/** A part of what the model said: the JSON-safe subset of the AI SDK's assistant content. */
export type AssistantPart =
  | { type: 'text'; text: string; providerOptions?: ProviderOptions }
  | { type: 'reasoning'; text: string; providerOptions?: ProviderOptions }
  | {
      type: 'tool-call';
      toolCallId: string;
      toolName: string;
      input: Json;
      providerOptions?: ProviderOptions;
    };

interface EntryBase {
  /** Rises by one with each entry of a conversation, for ever: the cursor of live views. */
  seq: number;
  turn: number;
}

/** Set where the model never sees it: it took down every worker that showed it to it. */
interface LeftOut {
  leftOut?: true;
}

/** The words of a voice message, or why there are none. */
export type VoiceTranscript = { text: string } | { reason: string };

export interface UserEntry extends EntryBase, LeftOut {
  kind: 'user';
  /** Event id of the message. */
  id: string;
  messageId?: string;
  text: string;
  sender?: Sender;
  edited?: true;
  attachments?: Attachment[];
  /** What was said in the voice messages among the attachments, in their order. */
  transcripts?: VoiceTranscript[];
  quote?: string;
  returnAddress?: Record<string, string>;
  internal?: Internal;
  /** Where it was written, in a conversation that several places share. */
  place?: Place;
  /** The platform's id of a message before it, where it is none itself. */
  after?: string;
  /** A command to holdfast, or a notice of it, which the model does not see. */
  command?: true;
  /** It was not let in, for this reason; such an entry is also a `command`. */
  refused?: Refusal['reason'];
  /** When it was sent, as the platform says, or else when it arrived; in ms since the epoch. */
  at: number;
}

export interface AssistantEntry extends EntryBase {
  kind: 'assistant';
  content: AssistantPart[];
}

export interface ToolEntry extends EntryBase, LeftOut {
  kind: 'tool';
  callId: string;
  name: string;
  output: string;
  outcome: ToolOutcome;
}

/** How a turn ended: with the model's answer, with an honest line about a failure, or by the user's wish. */
export type ReplyStatus = 'answered' | 'failed' | 'stopped' | 'interrupted' | 'command';

/** What the user sees of a turn, or of a command. */
export interface ReplyEntry extends EntryBase {
  kind: 'reply';
  status: ReplyStatus;
  text: string;
  /** Event ids of the messages that it answers. */
  answers: string[];
  /** Shown under its last part. */
  buttons?: Button[];
  /** Sent after its text. */
  files?: OutgoingFile[];
  /** What the models of its turn spent. */
  usage?: Usage;
  at: number;
}

/** A call that waits for an approver. It is shown in a message of its own, which then tells the decision. */
export interface ApprovalEntry extends EntryBase, PendingApproval {
  kind: 'approval';
  text: string;
  buttons: Button[];
  /** Event ids of the messages that its turn answers. */
  answers: string[];
  at: number;
}

/** How the request of an {@link ApprovalEntry} ended. */
export interface DecisionEntry extends EntryBase {
  kind: 'decision';
  /** Id of the request. */
  id: string;
  outcome: ApprovalOutcome;
  reach?: Reach;
  /** Who decided. */
  by?: string;
  at: number;
}

/** The newest one stands, in what the model sees, for all that came before: it is shown in the place of these entries. */
export interface SummaryEntry extends EntryBase {
  kind: 'summary';
  text: string;
  /** It stands for the entries up to this sequence number, those of the summary before it among them. */
  upTo: number;
  /** The newest turn of which it tells something. */
  upToTurn: number;
  at: number;
}

/** Everything a conversation went through, in order. The model sees it as the transcript, without approvals and commands. */
export type Entry =
  | UserEntry
  | AssistantEntry
  | ToolEntry
  | ReplyEntry
  | ApprovalEntry
  | DecisionEntry
  | SummaryEntry;

/** What goes out as a message: how it reads now, and whose answer it is. */
export type Shown = Pick<ReplyEntry, 'seq' | 'turn' | 'text' | 'answers' | 'buttons' | 'files'>;

/** The text that a model step says to the user. */
export function textOf(content: AssistantPart[]): string {
  return content
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('')
    .trim();
}

/** What the model steps among these entries say to the user, in order. */
export function saidIn(entries: Entry[]): string {
  return entries
    .filter((entry) => entry.kind === 'assistant')
    .map((entry) => textOf(entry.content))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What a step's calls gave, as entries of its turn, in the order of the calls. */
export function toolEntriesOf(
  content: AssistantPart[],
  results: string[],
  turn: number,
): Omit<ToolEntry, 'seq'>[] {
  return toolCallsOf(content).map(({ toolCallId: callId, toolName: name }, index) => ({
    kind: 'tool',
    turn,
    callId,
    name,
    output: results[index] ?? '',
    outcome: 'ok',
  }));
}

export type ToolCallPart = Extract<AssistantPart, { type: 'tool-call' }>;

export function toolCallsOf(content: AssistantPart[]): ToolCallPart[] {
  return content.filter((part) => part.type === 'tool-call');
}
