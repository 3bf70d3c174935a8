import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { planCall } from '../../activities/plan-call.ts';
import { runShortCalls } from '../../activities/run-short-calls.ts';
import { defineTool, type ToolDefinition } from '../../tools/define-tool.ts';

/** Calls the tool twice. */
async function run(more: Partial<ToolDefinition<{ n: number }>>): Promise<string[] | undefined> {
  const tool = defineTool({
    name: 'look_up',
    description: 'looks up',
    input: z.object({ n: z.number() }),
    effect: 'read',
    short: true,
    run: ({ n }, { idempotencyKey }) => `${n} by ${idempotencyKey}`,
    ...more,
  });
  const calls = [1, 2].map((n) => ({ id: `c${n}`, name: 'look_up', input: { n } }));
  return runShortCalls({
    content: calls.map(({ id, name, input }) => ({
      type: 'tool-call',
      toolCallId: id,
      toolName: name,
      input,
    })),
    planned: await Promise.all(calls.map((call) => planCall(call, [tool], 1_000))),
    tools: [tool],
    run: { conversation: 'c', turn: 1 },
    step: { turnKey: 'key', step: 1 },
    signal: new AbortController().signal,
  });
}

describe('the calls of short tools', () => {
  it('are run, each with its own key', async () => {
    expect(await run({})).toEqual(['1 by key.s1.0', '2 by key.s1.1']);
  });

  it.each<[string, Partial<ToolDefinition<{ n: number }>>]>([
    ['does not say that it is short', { short: false }],
    ['needs an approver', { approval: 'ask' }],
    ['needs an approver for one of them', { approval: ({ n }) => n === 2 }],
    ['fails', { run: ({ n }) => (n === 2 ? Promise.reject(new Error('no')) : 'yes') }],
    ['gives something for the reply', { run: (_, { offer }) => offer([{ label: 'a', value: 'a' }]) }],
    ['takes long', { run: () => sleep(5_000, 'late', { ref: false }) }],
  ])('are left to the workflow where the tool %s', async (_, more) => {
    expect(await run(more)).toBeUndefined();
  });
});
