import type { Client } from '@temporalio/client';
import { facts, forget, MEMORY, type MemoryOwner, type MemoryState, remember } from '../contract/memory.ts';
import type { MemoryStore } from '../tools/memory/memory-store.ts';
import { type EntityWorkflow, queryEntity, updateEntity, updateIfBegun } from './entity-workflow.ts';
import { patiently } from './patiently.ts';

/** Facts in Temporal: a workflow for each owner, made with its first fact. */
export function createMemoryStore(client: Client): MemoryStore {
  return {
    read: async (owner, signal) =>
      client.withAbortSignal(
        signal,
        async () =>
          (await patiently(client, () => queryEntity(client, entityOf(owner), facts), signal)) ?? [],
      ),
    remember: async (owner, note, signal) =>
      client.withAbortSignal(signal, () =>
        updateEntity(client, entityOf(owner), remember, { args: [note], updateId: note.key }),
      ),
    forget: async (owner, what, signal) =>
      client.withAbortSignal(
        signal,
        async () =>
          (await updateIfBegun(client, entityOf(owner), forget, { args: [what], updateId: what.key })) ?? [],
      ),
  };
}

function entityOf(owner: MemoryOwner): EntityWorkflow {
  const start: MemoryState = { owner, facts: [], written: 0, done: [] };
  return { type: MEMORY, id: `${MEMORY}/${owner}`, start };
}
