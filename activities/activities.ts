import type { Client } from '@temporalio/client';
import type { TranscriptionModel } from 'ai';
import type { AgentInfo } from '../contract/agent-info.ts';
import type { Grant } from '../contract/approval.ts';
import type { Compacted, CompactRequest } from '../contract/compaction.ts';
import type { DeliveredPart, DeliveryRequest, FileDelivery, Receipt } from '../contract/delivery.ts';
import type { ModelRequest, ModelStep, Usage } from '../contract/model-step.ts';
import type { Reconciled, ReconcileRun, ToolReturn, ToolRun } from '../contract/tool-call.ts';
import type { VoiceTranscript } from '../contract/transcript.ts';
import type { Prices } from '../models/price.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Agents } from './agents.ts';
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
  /** The default agent first. */
  describeAgents(): Promise<AgentInfo[]>;
  /** Begins the conversation `copy` with what the calling one knows. */
  fork(request: { copy: string }): Promise<void>;
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
  /** Its name in the config. */
  transcription?: string | undefined;
  /** What models cost, as far as the config tells it. */
  prices?: Prices;
  platforms: ReadonlyMap<string, Platform>;
  /** Files of a reply may be fetched from private addresses. */
  fetchPrivate: boolean;
  pushLive: PushLive;
}
