import type { Client } from '@temporalio/client';
import type { LanguageModel } from 'ai';
import type { DeliveredPart, DeliveryRequest } from '../contract/delivery.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import type { Reconciled, ReconcileRun, ToolRun } from '../contract/tool-call.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Tool } from '../tools/tool.ts';
import { createCallModel } from './call-model.ts';
import { createDeliver } from './deliver.ts';
import type { PushLive } from './push-live.ts';
import { createReconcile } from './reconcile.ts';
import { createRunTool } from './run-tool.ts';

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

/** The activity of one tool call; its activity type is the tool's name. */
export type ToolActivity = (run: ToolRun) => Promise<string>;

export interface Activities {
  callModel(request: ModelRequest): Promise<ModelStep>;
  deliver(request: DeliveryRequest): Promise<DeliveredPart>;
  reconcile(run: ReconcileRun): Promise<Reconciled>;
}

/** All activities of a worker, by activity type. */
export function createActivities(dependencies: ActivityDependencies): Activities & Record<string, unknown> {
  return {
    ...Object.fromEntries(dependencies.tools.map((tool) => [tool.name, createRunTool(tool, dependencies)])),
    callModel: createCallModel(dependencies),
    deliver: createDeliver(dependencies),
    reconcile: createReconcile(dependencies),
  };
}
