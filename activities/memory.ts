import { Context } from '@temporalio/activity';
import type { Activities, ActivityDependencies } from './activities.ts';
import { whileAlive } from './alive.ts';
import { createMemoryStore } from './memory-store.ts';

/** The activities `readMemory` and `forgetMemory`, for what people themselves look at and forget. */
export function createMemory({
  client,
}: Pick<ActivityDependencies, 'client'>): Pick<Activities, 'readMemory' | 'forgetMemory'> {
  const store = createMemoryStore(client);
  return {
    readMemory: (owner) => whileAlive(({ signal }) => store.read(owner, signal)),
    async forgetMemory({ owner, ids }) {
      const { workflowExecution, activityId } = Context.current().info;
      const key = `${workflowExecution?.runId}.${activityId}`;
      return whileAlive(({ signal }) => store.forget(owner, { key, ...(ids ? { ids } : {}) }, signal));
    },
  };
}
