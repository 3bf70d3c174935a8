import type { Client } from '@temporalio/client';
import type { TranscriptionModel } from 'ai';
import type { AgentInfo } from '../contract/agent-info.ts';
import type { Grant } from '../contract/approval.ts';
import type { DeliveredPart, DeliveryRequest, FileDelivery, Receipt } from '../contract/delivery.ts';
import type { Due } from '../contract/message.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import type { DueEnd, DueStart, Origin, Schedule } from '../contract/schedule.ts';
import type { Reconciled, ReconcileRun, ToolReturn, ToolRun } from '../contract/tool-call.ts';
import type { VoiceTranscript } from '../contract/transcript.ts';
import type { Platform } from '../platforms/platform.ts';
import type { ScheduleStore } from '../tools/schedules/schedule-store.ts';
import type { Agents } from './agents.ts';
import type { DueRequest } from './due-times.ts';
import type { PushLive } from './push-live.ts';

/** The activities that every worker has, by activity type. */
export interface Activities {
  callModel(request: ModelRequest): Promise<ModelStep>;
  deliver(request: DeliveryRequest): Promise<DeliveredPart>;
  deliverFile(request: FileDelivery): Promise<Receipt>;
  transcribe(request: VoiceRequest): Promise<VoiceTranscript[]>;
  reconcile(run: ReconcileRun): Promise<Reconciled>;
  /** Whether a call was approved "always". */
  findGrant(call: Pick<Grant, 'tool' | 'scope'>): Promise<boolean>;
  keepGrant(grant: Grant): Promise<void>;
  /** The default agent first. */
  describeAgents(): Promise<AgentInfo[]>;
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

/** The activity of one tool call; its activity type is the tool's name. */
export type ToolActivity = (run: ToolRun) => Promise<ToolReturn>;

/** What activities act through. */
export interface ActivityDependencies {
  /** To read a conversation by query. */
  client: Client;
  agents: Agents;
  /** Milliseconds that a request for approval waits for an approver. */
  approvalExpireMs: number;
  /** Turns voice messages into text, if one is set. */
  transcriptionModel?: TranscriptionModel | undefined;
  platforms: ReadonlyMap<string, Platform>;
  schedules: ScheduleStore;
  /** IANA name: of times that are told without a zone. */
  timeZone: string;
  /** Files of a reply may be fetched from private addresses. */
  fetchPrivate: boolean;
  pushLive: PushLive;
}
