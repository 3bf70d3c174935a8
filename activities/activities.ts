import type { Client } from '@temporalio/client';
import type { LanguageModel } from 'ai';
import type { DeliveredPart, DeliveryRequest } from '../contract/delivery.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import type { Reconciled, ReconcileRun, ToolRun } from '../contract/tool-call.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Tool } from '../tools/tool.ts';
import type { PushLive } from './push-live.ts';

/** The activities that every worker has, by activity type. */
export interface Activities {
  callModel(request: ModelRequest): Promise<ModelStep>;
  deliver(request: DeliveryRequest): Promise<DeliveredPart>;
  reconcile(run: ReconcileRun): Promise<Reconciled>;
}

/** The activity of one tool call; its activity type is the tool's name. */
export type ToolActivity = (run: ToolRun) => Promise<string>;

/** What activities act through. */
export interface ActivityDependencies {
  /** To read a conversation by query. */
  client: Client;
  model: LanguageModel;
  /** System prompt. */
  system: string;
  tools: readonly Tool[];
  platforms: ReadonlyMap<string, Platform>;
  pushLive: PushLive;
}
