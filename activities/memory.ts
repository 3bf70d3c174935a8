import type { Activities, ActivityDependencies } from './activities.ts';
import { whileAlive } from './alive.ts';
import { createMemoryStore } from './memory-store.ts';
import { updateIdFor } from './update-id.ts';

/** The activities `readMemory` and `forgetMemory`, for what people themselves look at and forget. */
export function createMemory({
  client,
}: Pick<ActivityDependencies, 'client'>): Pick<Activities, 'readMemory' | 'forgetMemory'> {
  const store = createMemoryStore(client);
  return {
    readMemory: (owner) => whileAlive(({ signal }) => store.read(owner, signal)),
    forgetMemory: ({ owner, ids }) =>
      whileAlive(({ signal }) =>
        store.forget(owner, { key: updateIdFor('forget'), ...(ids ? { ids } : {}) }, signal),
      ),
  };
}
