import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { PendingApproval } from './approval.ts';
import type { Receipt } from './delivery.ts';
import type { InboundMessage } from './message.ts';
import type { ModelRequest, Usage } from './model-step.ts';
import type { Place } from './place.ts';
import type { Written } from './schema.ts';
import type { ConversationSettings } from './settings.ts';
import type { ConversationState, ConversationStatus } from './state.ts';
import type { RunningTask } from './task.ts';
import type { Entry, Shown } from './transcript.ts';

/** The workflow type. */
export const CONVERSATION = 'conversation';

/** A message from the platform; the conversation itself recognises a repeat. */
export const receive = defineSignal<[message: InboundMessage, settings: ConversationSettings]>('receive');

/** What a model call works on. */
export interface TranscriptView {
  /** Entries up to `upTo`, oldest first. */
  entries: Entry[];
  /** What this turn has said so far: a streamed reply goes on from there. */
  said: string;
  /** Turns that are no longer in the transcript. */
  omittedTurns: number;
  /** The agent and the model that were chosen here, if not the default ones. */
  agent?: string;
  model?: string;
  /** Where a task is worked on: 1 if a conversation delegated it, 2 if a task of that did, … */
  depth?: number;
  /** Who wrote the latest message (contract/person.ts), and whether in a group. */
  person?: string;
  group?: true;
  /** Begins the idempotency keys of its turn. */
  key?: string;
  target: DeliveryTarget;
}
/** The transcript for a model call. */
export const transcript = defineQuery<TranscriptView, [Pick<ModelRequest, 'upTo' | 'turn'>]>('transcript');

/** What a summary up to this sequence number is to tell: the entries, oldest first, after the summary of what came before them. */
export const older = defineQuery<Entry[], [upTo: number]>('older');

/** Where the outbound messages of the running turn go. */
export interface DeliveryTarget {
  platform: string;
  conversation: string;
  /** The platform's id of the message that is answered; none for one that came by the HTTP API. */
  inReplyTo?: string;
  /** Event id of the message that is answered. */
  answers?: string;
  /** What the platform needs to answer, of the latest of the answered messages that has it. */
  returnAddress?: Record<string, string>;
  /** The platform's id of the message that began the turn, or of one before: ours of this turn were all sent after it. */
  sentAfter?: string;
  /** The recorded message of this turn's reply, if it was already begun. */
  receipt?: Receipt;
  /** One may have been sent without being recorded. */
  mayHaveStreamed?: true;
  /** Names the reply's first message at platforms with an idempotency key. */
  deliveryId: string;
  /** Ids of messages of this conversation that are not an unrecorded one of ours. */
  knownMessageIds: string[];
  /** Another message of ours may be on its way there, which is not among them yet. */
  othersOnTheirWay?: true;
  /** Gateways that want live deltas. */
  live: string[];
}

/** A reply, or an approval request, with where it goes, for the activity `deliver`. */
export const reply = defineQuery<{ entry: Shown; target: DeliveryTarget }, [seq: number]>('reply');

/** A tool call that is running. */
export interface RunningCall {
  callId: string;
  name: string;
}

/**
 * The state of a conversation as it is shown, with the entries after a cursor: as many as one query can answer with. There are
 * more while the last one is not number `seq`.
 */
export interface ConversationView {
  status: ConversationStatus;
  turns: number;
  seq: number;
  /** Messages that wait for their turn. */
  waiting: number;
  running: RunningCall[];
  /** The step that the model is writing, whose live deltas are not yet an entry. */
  writing?: { turn: number; step: number };
  usage: Usage;
  /** What each UTC day (`2026-11-25`) spent, the last 31 that spent anything, oldest first. */
  usageByDay: Record<string, Usage>;
  /** Calls that wait for an approver. */
  approvals: PendingApproval[];
  /** Tasks that have not reported yet. */
  tasks: RunningTask[];
  entries: Entry[];
  /** Run id of the run before, where that one still has entries after the cursor which this one does not carry on. */
  runBefore?: string;
}
export const view = defineQuery<ConversationView, [afterSeq: number]>('view');

/** Whether a message with this event id has been received. */
export const seen = defineQuery<boolean, [eventId: string]>('seen');

/** The places of a person's shared conversation, the latest last. */
export const places = defineQuery<Place[]>('places');

/** What the next run would begin with. */
export const carried = defineQuery<ConversationState & Written>('carried');
