import { createAccess } from './access.ts';
import type { Activities, ActivityDependencies, ToolActivity } from './activities.ts';
import { createAdmit } from './admit.ts';
import { MOST_LOSSES, whileAlive } from './alive.ts';
import { createCallModel } from './call-model.ts';
import { createCompact } from './compact.ts';
import { createDeliver } from './deliver.ts';
import { createDeliverFile } from './deliver-file.ts';
import { createDue } from './due.ts';
import { createFindEnded } from './find-ended.ts';
import { createFork } from './fork.ts';
import { createGrants } from './grants.ts';
import { createMemory } from './memory.ts';
import { createReconcile } from './reconcile.ts';
import { createRunTool } from './run-tool.ts';
import { createSchedules } from './schedules.ts';
import { createTranscribe } from './transcribe.ts';

/**
 * Those that ask Temporal something, with a heartbeat: one that waits for a busy workflow must not be taken for lost. They are tried
 * for ever, unless it is they that take their workers down.
 */
function beating<A extends object>(activities: A): A {
  const entries = Object.entries(activities).map(([name, act]) => [
    name,
    (...args: unknown[]) => whileAlive(() => act(...args), MOST_LOSSES),
  ]);
  return Object.fromEntries(entries) as A;
}

/** All activities of a worker, by activity type; `default` is every tool's, whose type is the tool's name. */
export function createActivities(dependencies: ActivityDependencies): Activities & { default: ToolActivity } {
  return {
    callModel: createCallModel(dependencies),
    compact: createCompact(dependencies),
    deliver: createDeliver(dependencies),
    deliverFile: createDeliverFile(dependencies),
    reconcile: createReconcile(dependencies),
    transcribe: createTranscribe(dependencies),
    ...beating({
      ...createMemory(dependencies),
      describeAgents: async () =>
        dependencies.agents.all.map(({ name, description, models }) => ({
          name,
          models,
          ...(description === undefined ? {} : { description }),
        })),
      ...createGrants(dependencies),
      findEnded: createFindEnded(dependencies),
      fork: createFork(dependencies),
      admit: createAdmit(dependencies),
      ...createAccess(dependencies),
      ...createDue(dependencies),
      ...createSchedules(dependencies),
    }),
    default: createRunTool(dependencies),
  };
}
