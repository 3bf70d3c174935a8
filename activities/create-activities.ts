import type { Activities, ActivityDependencies } from './activities.ts';
import { createCallModel } from './call-model.ts';
import { createDeliver } from './deliver.ts';
import { createDeliverFile } from './deliver-file.ts';
import { createReconcile } from './reconcile.ts';
import { createRunTool } from './run-tool.ts';
import { createTranscribe } from './transcribe.ts';

/** All activities of a worker, its tools among them, by activity type. */
export function createActivities(dependencies: ActivityDependencies): Activities & Record<string, unknown> {
  return {
    ...Object.fromEntries(dependencies.tools.map((tool) => [tool.name, createRunTool(tool, dependencies)])),
    callModel: createCallModel(dependencies),
    deliver: createDeliver(dependencies),
    deliverFile: createDeliverFile(dependencies),
    reconcile: createReconcile(dependencies),
    transcribe: createTranscribe(dependencies),
  };
}
