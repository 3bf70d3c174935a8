import type { Grant, OpenApproval } from './approval.ts';
import type { InboundMessage } from './message.ts';
import type { Usage } from './model-step.ts';
import type { Place } from './place.ts';
import type { Queues } from './queues.ts';
import { defineSchema, type Written } from './schema.ts';
import type { ConversationSettings } from './settings.ts';
import { CONVERSATION_MIGRATIONS } from './state-migrations.ts';
import type { DelegatedTask } from './task.ts';
import type { Entry } from './transcript.ts';
import { NO_USAGE } from './usage.ts';

export const CONVERSATION_STATUS = ['idle', 'running', 'awaiting-approval'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUS)[number];

/** A message in the inbox, with the settings that it arrived under. */
export interface QueuedMessage {
  message: InboundMessage;
  settings: ConversationSettings;
  /** Arrival, in ms since the epoch. */
  at: number;
  /** It is not let in before its sender was asked about. */
  atDoor?: true;
  /** It was counted as a turn on its sender's account. */
  counted?: true;
  /** The platform's id of the newest message that was known then; for one that is no message of the platform itself. */
  after?: string;
}

/** What the door of a conversation remembers, each until a time in ms since the epoch. */
export interface DoorState {
  /** What was said to whom, so that it is not said again. */
  told: { key: string; until: number }[];
  /** Commands that somebody has given. */
  commands: { by: string; count: number; until: number }[];
}

/** Everything a conversation carries from run to run through continue-as-new. */
export interface ConversationState {
  /** Sequence number of the newest entry. */
  seq: number;
  turns: number;
  entries: Entry[];
  /** The transcript begins after this sequence number (`/new` moves it). */
  freshAfter: number;
  /** Turns that were dropped from the front because the transcript grew too large to carry. */
  omittedTurns: number;
  /** Event ids seen, oldest first: the dedupe window. */
  seen: string[];
  inbox: QueuedMessage[];
  usage: Usage;
  /** What the last turn spent, and each UTC day (`2026-11-25`), oldest first. */
  spent: { turn: Usage; days: Record<string, Usage> };
  /** Whether the transcript is to be summarised, and why that last failed. */
  compaction: { due?: true; failed?: { turn: number; reason: string } };
  /** When somebody was last heard, in ms since the epoch, and on which day of the operator's reset policy. */
  heard?: { at: number; day?: string };
  /** Ids of the platform's messages that are known not to be our own unrecorded ones, newest last. */
  knownMessageIds: string[];
  /** Turns that `/undo` or `/retry` took back: the model does not see them. */
  undone: number[];
  /** Approved for this conversation. */
  grants: Grant[];
  /** What `/agent` and `/model` chose. */
  chosen: { agent?: string; model?: string };
  door: DoorState;
  /** Where a person's shared conversation was written to, the latest last. */
  places: Place[];
  /** Tasks that have not reported yet. */
  tasks: DelegatedTask[];
  /** What they ask an approver for. */
  taskApprovals: OpenApproval[];
  /** Where its activities were last put; `one` if not given. */
  queues?: Queues;
}

/** The state of a conversation that has just begun. */
export const FIRST_STATE: ConversationState = {
  seq: 0,
  turns: 0,
  entries: [],
  freshAfter: 0,
  omittedTurns: 0,
  seen: [],
  inbox: [],
  usage: NO_USAGE,
  spent: { turn: NO_USAGE, days: {} },
  compaction: {},
  knownMessageIds: [],
  undone: [],
  grants: [],
  chosen: {},
  door: { told: [], commands: [] },
  places: [],
  tasks: [],
  taskApprovals: [],
};

/** Argument of the workflow `conversation`: where it is, and the state of the run before. */
export interface ConversationStart {
  platform: string;
  conversation: string;
  state?: Written;
}

export const CONVERSATION_STATE = defineSchema<ConversationState>(
  'the state of this conversation',
  CONVERSATION_MIGRATIONS,
);
