import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, defineTool, workspaceTools } from 'holdfast';
import { z } from 'zod';
import type { LedgerLine } from '../fakes/ledger.ts';

const { LEDGER_URL = '', WHILE_BUSY, TURN_STEPS, TURN_FAILURES, WORKSPACE_ROOT } = process.env;
const input = z.object({ holdMs: z.number().default(0) });

async function ledger(): Promise<LedgerLine[]> {
  return (await (await fetch(LEDGER_URL)).json()) as LedgerLine[];
}

async function write(line: LedgerLine): Promise<void> {
  await fetch(LEDGER_URL, { method: 'POST', body: JSON.stringify(line) });
}

/** A tool that writes to the ledger outside when it begins and when it has acted. */
function ledgerTool(name: string, effect: 'read' | 'idempotent' | 'once', reconcile = false) {
  return defineTool({
    name,
    description: `writes to the ledger; effect ${effect}`,
    input,
    effect,
    async run({ holdMs }, { idempotencyKey: key, signal }) {
      await write({ tool: name, key, phase: 'begin' });
      await sleep(holdMs, undefined, { signal });
      await write({ tool: name, key, phase: 'end' });
      return `${name} done`;
    },
    ...(reconcile
      ? {
          async reconcile(_: unknown, { idempotencyKey }: { idempotencyKey: string }) {
            const acted = (await ledger()).some(
              (line) => line.key === idempotencyKey && line.phase === 'end',
            );
            return acted ? { acted, output: 'found in the ledger' } : ({ acted: false } as const);
          },
        }
      : {}),
  });
}

export default defineConfig({
  agent: {
    system: 'You are under test.',
    tools: [
      ledgerTool('look_up', 'read'),
      ledgerTool('set_value', 'idempotent'),
      ledgerTool('pay', 'once'),
      ledgerTool('book', 'once', true),
      defineTool({
        name: 'kill_worker',
        description: 'kills the worker that runs it',
        input: z.object({}),
        effect: 'read',
        attempts: 2,
        async run(_, { idempotencyKey: key }) {
          await write({ tool: 'kill_worker', key, phase: 'begin' });
          process.kill(process.pid, 'SIGKILL');
        },
      }),
      defineTool({
        name: 'big_result',
        description: 'returns much text',
        input: z.object({ characters: z.number() }),
        effect: 'read',
        run: ({ characters }) => 'x'.repeat(characters),
      }),
      ...(WORKSPACE_ROOT ? workspaceTools({ root: WORKSPACE_ROOT, approval: 'never' }) : []),
    ],
  },
  conversation: {
    ...(WHILE_BUSY ? { whileBusy: WHILE_BUSY as 'steer' } : {}),
    limits: {
      ...(TURN_STEPS ? { steps: Number(TURN_STEPS) } : {}),
      ...(TURN_FAILURES ? { failures: Number(TURN_FAILURES) } : {}),
    },
  },
});
