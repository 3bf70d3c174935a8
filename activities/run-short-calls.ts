import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../contract/json.ts';
import type { PlannedCall, ToolRun } from '../contract/tool-call.ts';
import { type ToolCallPart, toolCallsOf } from '../contract/transcript.ts';
import type { Tool } from '../tools/tool.ts';
import { CollectedExtras } from './collect-extras.ts';
import { resultText, toolContext } from './run-tool.ts';

/** One that takes longer is run as an activity of its own. */
const SHORT_MS = 1_000;

/** A call of a tool, with how it is to be run. */
interface Call extends Pick<ToolCallPart, 'toolCallId' | 'toolName'> {
  input: Json;
}

export interface ShortCalls {
  content: Parameters<typeof toolCallsOf>[0];
  planned: readonly PlannedCall[];
  tools: readonly Tool[];
  /** What all calls have in common; `idempotencyKey` begins each one's own. */
  run: Omit<ToolRun, 'callId' | 'input'>;
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
  signal,
}: ShortCalls): Promise<string[] | undefined> {
  const calls: Call[] = toolCallsOf(content);
  const isShort = ({ toolCallId }: Call) => {
    const plan = planned.find(({ id }) => id === toolCallId);
    return plan !== undefined && 'policy' in plan && plan.policy.short === true && !plan.policy.approval;
  };
  if (calls.length === 0 || !calls.every(isShort)) return undefined;
  const late = AbortSignal.timeout(SHORT_MS);
  const over = AbortSignal.any([signal, late]);
  const results = calls.map(async ({ toolCallId, toolName, input }, index) => {
    const tool = tools.find(({ name }) => name === toolName);
    if (!tool) throw new Error(`there is no tool ${toolName}`);
    const extras = new CollectedExtras();
    const one = { ...run, callId: toolCallId, input, idempotencyKey: `${run.idempotencyKey}.${index}` };
    const context = toolContext(one, { signal: over, progress: () => {}, extras });
    const output = resultText(await tool.run(await tool.input.parseAsync(input), context));
    if (!extras.isEmpty) throw new Error('it gave something for the reply');
    return output;
  });
  const tooLate = sleep(SHORT_MS, undefined, { ref: false }).then(() => {
    throw new Error('it is not short');
  });
  try {
    return await Promise.race([Promise.all(results), tooLate]);
  } catch {
    return undefined;
  }
}
