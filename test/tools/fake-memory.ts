import { type Fact, MAX_FACTS, type MemoryOwner } from '../../contract/memory.ts';
import type { MemoryStore } from '../../tools/memory/memory-store.ts';

/** A memory in this process, with the keys of what was written. */
export function fakeMemory(): MemoryStore & { kept: Map<MemoryOwner, Fact[]>; keys: string[] } {
  const keys: string[] = [];
  const kept = new Map<MemoryOwner, Fact[]>();
  const of = (owner: MemoryOwner) => kept.get(owner) ?? [];
  let written = 0;
  return {
    kept,
    keys,
    read: async (owner) => of(owner),
    async remember(owner, { text, by, key }) {
      keys.push(key);
      const known = of(owner).find((fact) => fact.text === text);
      if (known) return { id: known.id, known: true };
      if (of(owner).length >= MAX_FACTS) return { full: true };
      written += 1;
      const fact = { id: `${owner[0]}${written}`, text, by, at: Date.UTC(2026, 10, written) };
      kept.set(owner, [...of(owner), fact]);
      return { id: fact.id };
    },
    async forget(owner, { ids, key }) {
      keys.push(key);
      const gone = of(owner).filter(({ id }) => ids?.includes(id) ?? true);
      kept.set(
        owner,
        of(owner).filter((fact) => !gone.includes(fact)),
      );
      return gone.map(({ id }) => id);
    },
  };
}
