import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, defineTool } from 'holdfast';
import { z } from 'zod';
import type { StormLine } from './ledger.ts';

const { LEDGER_URL = '' } = process.env;
const input = z.object({ tag: z.string(), holdMs: z.number().default(0) });

async function write(line: StormLine): Promise<void> {
  await fetch(LEDGER_URL, { method: 'POST', body: JSON.stringify(line) });
}

async function lines(): Promise<StormLine[]> {
  return (await (await fetch(LEDGER_URL)).json()) as StormLine[];
}

/** A tool that writes to the ledger outside when it begins and when it has acted. */
function ledgerTool(
  name: string,
  effect: 'read' | 'idempotent' | 'once',
  { reconcile = false, approval = 'never' }: { reconcile?: boolean; approval?: 'ask' | 'never' } = {},
) {
  return defineTool({
    name,
    approval,
    description: `writes to the ledger; effect ${effect}`,
    input,
    effect,
    async run({ tag, holdMs }, { idempotencyKey: key, signal }) {
      const line = { tool: name, key, tag, pid: process.pid };
      await write({ ...line, phase: 'begin' });
      await sleep(holdMs, undefined, { signal });
      await write({ ...line, phase: 'end' });
      return `${name} done`;
    },
    ...(reconcile
      ? {
          async reconcile(_: unknown, { idempotencyKey: key }: { idempotencyKey: string }) {
            const acted = (await lines()).some((line) => line.key === key && line.phase === 'end');
            return acted ? { acted, output: `${name} done` } : ({ acted: false } as const);
          },
        }
      : {}),
  });
}

export default defineConfig({
  agent: {
    system: 'You are in a storm.',
    tools: [
      ledgerTool('look_up', 'read'),
      ledgerTool('set_value', 'idempotent'),
      ledgerTool('pay', 'once'),
      ledgerTool('book', 'once', { reconcile: true }),
      ledgerTool('charge', 'once', { approval: 'ask' }),
    ],
  },
  access: { people: { boss: { role: 'approver', identities: ['telegram:42'] } } },
  conversation: { whileBusy: 'queue' },
});
