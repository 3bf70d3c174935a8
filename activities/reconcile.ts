import { ApplicationFailure } from '@temporalio/activity';
import { FAILURE } from '../contract/failures.ts';
import type { Reconciled, ReconcileRun } from '../contract/tool-call.ts';
import type { ActivityDependencies } from './activities.ts';
import { whileAlive } from './alive.ts';
import { CollectedExtras } from './collect-extras.ts';
import { findTool, toolContext } from './run-tool.ts';

/** The activity `reconcile`: asks a `once` tool what a lost run of it did. */
export function createReconcile({ agents }: ActivityDependencies) {
  return async function reconcile(run: ReconcileRun): Promise<Reconciled> {
    return whileAlive(async ({ signal }) => {
      const tool = await findTool(agents, run.agent, run.tool);
      if (!tool.reconcile)
        throw ApplicationFailure.nonRetryable(
          `tool ${run.tool} cannot be reconciled any more`,
          FAILURE.toolFailed,
        );
      return tool.reconcile(
        await tool.input.parseAsync(run.input),
        toolContext(run, { signal, progress: () => {}, extras: new CollectedExtras() }),
      );
    });
  };
}
