import type { Activities, ActivityDependencies, ToolActivity } from './activities.ts';
import { createCallModel } from './call-model.ts';
import { createDeliver } from './deliver.ts';
import { createDeliverFile } from './deliver-file.ts';
import { createReconcile } from './reconcile.ts';
import { createRunTool } from './run-tool.ts';
import { createTranscribe } from './transcribe.ts';

/** All activities of a worker, by activity type; `default` is every tool's, whose type is the tool's name. */
export function createActivities(dependencies: ActivityDependencies): Activities & { default: ToolActivity } {
  return {
    callModel: createCallModel(dependencies),
    deliver: createDeliver(dependencies),
    deliverFile: createDeliverFile(dependencies),
    reconcile: createReconcile(dependencies),
    transcribe: createTranscribe(dependencies),
    default: createRunTool(dependencies),
  };
}
