import type { Client } from '@temporalio/client';
import type { LanguageModel, TranscriptionModel } from 'ai';
import type { DeliveredPart, DeliveryRequest, FileDelivery, Receipt } from '../contract/delivery.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import type { Reconciled, ReconcileRun, ToolReturn, ToolRun } from '../contract/tool-call.ts';
import type { VoiceTranscript } from '../contract/transcript.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Tool } from '../tools/tool.ts';
import type { PushLive } from './push-live.ts';

/** The activities that every worker has, by activity type. */
export interface Activities {
  callModel(request: ModelRequest): Promise<ModelStep>;
  deliver(request: DeliveryRequest): Promise<DeliveredPart>;
  deliverFile(request: FileDelivery): Promise<Receipt>;
  transcribe(request: VoiceRequest): Promise<VoiceTranscript[]>;
  reconcile(run: ReconcileRun): Promise<Reconciled>;
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
  model: LanguageModel;
  /** System prompt. */
  system: string;
  /** Those of now, asked at every model and tool call; see `ToolSource`. */
  tools(): Promise<readonly Tool[]>;
  /** Turns voice messages into text, if one is set. */
  transcriptionModel?: TranscriptionModel | undefined;
  platforms: ReadonlyMap<string, Platform>;
  /** Files of a reply may be fetched from private addresses. */
  fetchPrivate: boolean;
  pushLive: PushLive;
}
