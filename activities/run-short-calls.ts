import { once } from 'node:events';
import { callKey, type PlannedCall, type ToolRun } from '../contract/tool-call.ts';
import { type AssistantPart, type ToolCallPart, toolCallsOf } from '../contract/transcript.ts';
import type { Tool } from '../tools/tool.ts';
import { runOnce } from './run-tool.ts';

/** One that takes longer is run as an activity of its own. */
const SHORT_MS = 1_000;

export interface ShortCalls {
  content: AssistantPart[];
  planned: readonly PlannedCall[];
  tools: readonly Tool[];
  /** What all calls have in common. */
  run: Omit<ToolRun, 'callId' | 'input' | 'idempotencyKey'>;
  /** Names the step, see {@link callKey}. */
  step: { turnKey: string; step: number };
  signal: AbortSignal;
}

/**
 * Runs the calls of a step where they are all of tools that say they are short, and need nobody's approval. Returns what each gave, in
 * their order; undefined if one is to be run as an activity of its own after all: because it failed, took longer, or gave something for the
 * reply. It reads only, so it may be run again there.
 */
export async function runShortCalls({
  content,
  planned,
  tools,
  run,
  step,
  signal,
}: ShortCalls): Promise<string[] | undefined> {
  const calls = toolCallsOf(content);
  const isShort = ({ toolCallId }: ToolCallPart) => {
    const plan = planned.find(({ id }) => id === toolCallId);
    return plan !== undefined && 'policy' in plan && plan.policy.short === true && !plan.policy.approval;
  };
  if (calls.length === 0 || !calls.every(isShort)) return undefined;
  const over = AbortSignal.any([signal, AbortSignal.timeout(SHORT_MS)]);
  const results = calls.map(async ({ toolCallId: callId, toolName, input }, index) => {
    const tool = tools.find(({ name }) => name === toolName);
    if (!tool) throw new Error(`there is no tool ${toolName}`);
    const one = { ...run, callId, input, idempotencyKey: callKey({ ...step, index }) };
    const returned = await runOnce(tool, one, { signal: over, progress: () => {} });
    if (typeof returned !== 'string') throw new Error('it gave something for the reply');
    return returned;
  });
  const all = Promise.all(results);
  try {
    return await Promise.race([all, over.aborted ? undefined : once(over, 'abort').then(() => undefined)]);
  } catch {
    return undefined;
  }
}
