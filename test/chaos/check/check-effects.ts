import type { LedgerLine } from '../../fakes/ledger.ts';
import type { Witnessed } from '../storm.ts';
import { Findings, type Violation } from './violation.ts';

/** How often a tool may begin and act under its one key; both as often as need be if not given. */
const MOST: Record<string, { begin: number; end: number }> = {
  pay: { begin: 1, end: 1 },
  charge: { begin: 1, end: 1 },
  // Found not to have acted, it is run once more.
  book: { begin: 2, end: 1 },
};

/** What tools did in the world: each call under one key, `once` at most once, what was refused never. */
export function checkEffects(
  ledger: readonly LedgerLine[],
  conversations: readonly Witnessed[],
): Violation[] {
  const byTag = Map.groupBy(ledger, ({ tag }) => tag);
  const violations: Violation[] = [];
  for (const { conversation, spoken } of conversations) {
    const found = new Findings(conversation);
    for (const { token, deeds } of spoken)
      for (const { tool, tag, denied } of deeds) {
        const lines = byTag.get(tag) ?? [];
        byTag.delete(tag);
        const add = (detail: string) => found.add('effect', detail, token);
        const keys = new Set(lines.map(({ key }) => key));
        if (keys.size > 1) add(`${tool} ran under ${keys.size} keys`);
        if (denied && lines.length > 0) add(`${tool} ran although it was refused`);
        for (const phase of ['begin', 'end'] as const) {
          const times = lines.filter((line) => line.phase === phase).length;
          const most = MOST[tool]?.[phase];
          if (most !== undefined && times > most) add(`${tool}: ${phase} ${times} times`);
        }
      }
    violations.push(...found.violations);
  }
  for (const tag of byTag.keys()) violations.push({ what: 'effect', detail: `nobody asked for ${tag}` });
  return violations;
}
