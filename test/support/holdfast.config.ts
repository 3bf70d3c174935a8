import { defineConfig, defineTool, workspaceTools } from 'holdfast';
import { z } from 'zod';
import { ledgerTool, write } from './ledger-tool.ts';
import { memoryEater } from './memory-eater.ts';

const env = process.env;
const { WHILE_BUSY, TURN_STEPS, TURN_FAILURES, CONTEXT_WINDOW, IDLE_MINUTES } = env;
const { ACCESS, WORKSPACE_ROOT, QUEUES } = env;
/** Who may decide, where a test says nothing of access. */
const BOSS = { people: { boss: { role: 'approver' as const, identities: ['telegram:42'] } } };

export default defineConfig({
  ...(QUEUES ? { queues: QUEUES as 'split' } : {}),
  agent: {
    system: 'You are under test.',
    ...(CONTEXT_WINDOW ? { contextWindow: Number(CONTEXT_WINDOW) } : {}),
    tools: [
      ledgerTool('look_up', 'read'),
      ledgerTool('glance', 'read', { short: true }),
      ledgerTool('set_value', 'idempotent'),
      ledgerTool('pay', 'once'),
      ledgerTool('book', 'once', { reconcile: true }),
      ledgerTool('charge', 'once', { approval: 'ask' }),
      ...['kill_worker', 'kill_worker_soon'].map((name) =>
        defineTool({
          name,
          description: 'kills the worker that runs it',
          input: z.object({}),
          effect: 'read',
          attempts: 2,
          short: name === 'kill_worker_soon',
          async run(_, { idempotencyKey: key }) {
            await write({ tool: name, key, phase: 'begin' });
            process.kill(process.pid, 'SIGKILL');
          },
        }),
      ),
      memoryEater('eat_memory', 'read'),
      memoryEater('eat_memory_once', 'once'),
      defineTool({
        name: 'big_result',
        description: 'returns much text',
        input: z.object({ characters: z.number() }),
        effect: 'read',
        run: ({ characters }) => 'x'.repeat(characters),
      }),
      defineTool({
        name: 'fail_with',
        description: 'fails',
        input: z.object({ text: z.string() }),
        effect: 'once',
        run: ({ text }) => Promise.reject(new Error(text)),
      }),
      ...(WORKSPACE_ROOT ? workspaceTools({ root: WORKSPACE_ROOT, approval: 'never' }) : []),
    ],
  },
  agents: {
    clerk: {
      description: 'keeps the files',
      model: 'openai-compatible/clerk',
      models: ['openai-compatible/clerk-large'],
      system: 'You are the clerk.',
      builtInTools: ['calculator'],
      tools: [ledgerTool('file_away', 'idempotent')],
    },
  },
  routes: [{ agent: 'clerk', platform: 'web', conversation: 'the-office' }],
  access: ACCESS === undefined ? BOSS : JSON.parse(ACCESS),
  prices: { demo: { input: 1, output: 5 } },
  conversation: {
    ...(IDLE_MINUTES ? { reset: { idleMinutes: Number(IDLE_MINUTES) } } : {}),
    ...(WHILE_BUSY ? { whileBusy: WHILE_BUSY as 'steer' } : {}),
    limits: {
      ...(TURN_STEPS ? { steps: Number(TURN_STEPS) } : {}),
      ...(TURN_FAILURES ? { failures: Number(TURN_FAILURES) } : {}),
    },
  },
});
