import type { Client } from '@temporalio/client';
import type { TranscriptionModel } from 'ai';
import type { Role } from '../contract/access.ts';
import type { Admission, AdmissionRequest } from '../contract/admission.ts';
import type { AgentInfo } from '../contract/agent-info.ts';
import type { Grant } from '../contract/approval.ts';
import type { Compacted, CompactRequest } from '../contract/compaction.ts';
import type { DeliveredPart, DeliveryRequest, FileDelivery, Receipt } from '../contract/delivery.ts';
import type { Used } from '../contract/limits.ts';
import type { Fact, MemoryOwner } from '../contract/memory.ts';
import type { Due } from '../contract/message.ts';
import type { ModelRequest, ModelStep, Usage } from '../contract/model-step.ts';
import type { Origin } from '../contract/origin.ts';
import type { CodeResult, Paired, PairingView } from '../contract/pairing.ts';
import type { Queues } from '../contract/queues.ts';
import type { DueEnd, DueStart, Schedule } from '../contract/schedule.ts';
import type { Reconciled, ReconcileRun, ToolReturn, ToolRun } from '../contract/tool-call.ts';
import type { VoiceTranscript } from '../contract/transcript.ts';
import type { Prices } from '../models/price.ts';
import type { Platform } from '../platforms/platform.ts';
import type { ScheduleStore } from '../tools/schedules/schedule-store.ts';
import type { Agents } from './agents.ts';
import type { DueRequest } from './due-times.ts';
import type { HandedOver } from './handed-over.ts';
import type { NoteAttempt } from './note-attempt.ts';
import type { PushLive } from './push-live.ts';

/** The activities that every worker has, by activity type. */
export interface Activities {
  callModel(request: ModelRequest): Promise<ModelStep>;
  deliver(request: DeliveryRequest): Promise<DeliveredPart>;
  deliverFile(request: FileDelivery): Promise<Receipt>;
  /** Summarises the older part of the transcript, with the model that answers. */
  compact(request: CompactRequest): Promise<Compacted>;
  transcribe(request: VoiceRequest): Promise<Transcribed>;
  reconcile(run: ReconcileRun): Promise<Reconciled>;
  /** Whether a call was approved "always". */
  findGrant(call: Pick<Grant, 'tool' | 'scope'>): Promise<boolean>;
  keepGrant(grant: Grant): Promise<void>;
  /** Takes back what was approved "always"; whether there was a grant with this id. */
  revokeGrant(id: string): Promise<boolean>;
  /** The newest of what was approved "always", oldest first. */
  listGrants(): Promise<Grant[]>;
  /** All facts of an owner, oldest first. */
  readMemory(owner: MemoryOwner): Promise<Fact[]>;
  /** Forgets these facts, or all; the ids of those that were there. */
  forgetMemory(request: { owner: MemoryOwner; ids?: string[] }): Promise<string[]>;
  /** The default agent first. */
  describeAgents(): Promise<AgentInfo[]>;
  /** Whether each of these messages is let in. */
  admit(requests: AdmissionRequest[]): Promise<Admission[]>;
  /** What was used on an account; undefined if nothing was ever counted on it. */
  readAccount(account: string): Promise<Used | undefined>;
  listPairings(): Promise<PairingView>;
  tryPairingCode(tried: { code: string; role: Role; by: string }): Promise<CodeResult>;
  /** Tells somebody at their conversation that they were let in, once. */
  tellPaired(paired: Paired): Promise<void>;
  /** Which of these workflows, by their ids, do not run. */
  findEnded(workflows: string[]): Promise<string[]>;
  /** Begins the conversation `copy` with what the calling one knows. */
  fork(request: { copy: string }): Promise<void>;
  /** What is due of a schedule, if there is anything to tell, and up to when that is all. */
  findDue(request: DueRequest): Promise<DueEnd & { due?: Due }>;
  /** Puts what is due into its conversation. */
  putDue(request: { start: DueStart; due: Due }): Promise<void>;
  /** Removes a schedule that is over. */
  endSchedule(schedule: Schedule): Promise<void>;
  /** Does what `/remind` says, and returns what to say. */
  remind(request: ReminderRequest): Promise<string>;
  /** The schedules of a conversation, as they are shown. */
  listSchedules(conversation: string): Promise<string>;
  /** Removes one, and returns what to say. */
  removeSchedule(schedule: Pick<Schedule, 'conversation' | 'id'>): Promise<string>;
}

/** Input of the activity `remind`. */
interface ReminderRequest {
  /** Workflow id. */
  conversation: string;
  /** When and what. */
  words: string;
  /** The moment they were written, in ms since the epoch. */
  from: number;
  /** Names the wish. */
  key: string;
  origin: Origin;
}

/** Input of the activity `transcribe`; the message is read from the workflow by query. */
export interface VoiceRequest {
  /** Workflow id. */
  conversation: string;
  /** Sequence number of the message with voice messages. */
  seq: number;
}

/** What was said in the voice messages of one message, in their order. */
export interface Transcribed {
  transcripts: VoiceTranscript[];
  usage: Usage;
  /** `provider/model` that listened. */
  model?: string;
}

/** The activity of one tool call; its activity type is the tool's name. */
export type ToolActivity = (run: ToolRun) => Promise<ToolReturn>;

/** What activities act through. */
export interface ActivityDependencies {
  /** To read a conversation by query. */
  client: Client;
  /** What need not be asked, because the workflow runs in this process. */
  handedOver?: HandedOver;
  /** Where a successor of this process can have attempts made again. */
  noteAttempt?: NoteAttempt;
  agents: Agents;
  /** Milliseconds that a request for approval waits for an approver. */
  approvalExpireMs: number;
  /** Turns voice messages into text, if one is set. */
  transcriptionModel?: TranscriptionModel | undefined;
  /** Its name in the config. */
  transcription?: string | undefined;
  /** What models cost, as far as the config tells it. */
  prices?: Prices;
  platforms: ReadonlyMap<string, Platform>;
  schedules: ScheduleStore;
  /** IANA name: of times that are told without a zone. */
  timeZone: string;
  /** Files of a reply may be fetched from private addresses. */
  fetchPrivate: boolean;
  pushLive: PushLive;
  /** What the config says, for messages that holdfast itself puts into conversations. */
  queues: Queues;
}
