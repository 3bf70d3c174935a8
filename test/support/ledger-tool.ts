import { setTimeout as sleep } from 'node:timers/promises';
import { defineTool } from 'holdfast';
import { z } from 'zod';
import type { LedgerLine } from '../fakes/ledger.ts';

const { LEDGER_URL = '' } = process.env;
const input = z.object({ holdMs: z.number().default(0), tag: z.string().optional() });

export async function write(line: LedgerLine): Promise<void> {
  await fetch(LEDGER_URL, { method: 'POST', body: JSON.stringify(line) });
}

async function lines(): Promise<LedgerLine[]> {
  return (await (await fetch(LEDGER_URL)).json()) as LedgerLine[];
}

/** A tool that writes to the ledger outside when it begins and when it has acted. */
export function ledgerTool(
  name: string,
  effect: 'read' | 'idempotent' | 'once',
  {
    reconcile = false,
    approval = 'never',
    short = false,
  }: { reconcile?: boolean; approval?: 'ask' | 'never'; short?: boolean } = {},
) {
  return defineTool({
    name,
    approval,
    description: `writes to the ledger; effect ${effect}`,
    input,
    effect,
    short,
    async run({ holdMs, tag }, { idempotencyKey: key, signal }) {
      const line = { tool: name, key, pid: process.pid, ...(tag === undefined ? {} : { tag }) };
      await write({ ...line, phase: 'begin' });
      await sleep(holdMs, undefined, { signal });
      await write({ ...line, phase: 'end' });
      return `${name} done`;
    },
    ...(reconcile
      ? {
          async reconcile(_: unknown, { idempotencyKey: key }: { idempotencyKey: string }) {
            const acted = (await lines()).some((line) => line.key === key && line.phase === 'end');
            return acted ? { acted, output: 'found in the ledger' } : ({ acted: false } as const);
          },
        }
      : {}),
  });
}
