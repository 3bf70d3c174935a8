import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ApprovalOutcome } from '../contract/approval.ts';
import type { Button, OutgoingFile } from '../contract/delivery.ts';
import { FAILURE } from '../contract/failures.ts';
import type { Queues } from '../contract/queues.ts';
import type { PlannedCall, ToolOutcome, ToolReturn, ToolRun } from '../contract/tool-call.ts';
import type { ToolCallPart } from '../contract/transcript.ts';
import { reconcileActivity, toolActivity } from './activities.ts';

export interface ToolResult {
  output: string;
  outcome: ToolOutcome;
  /** Tools that it ran and whose outcome is unknown. */
  unknown?: string[];
  /** For the reply. */
  files?: OutgoingFile[];
  buttons?: Button[];
}

/** Runs one tool call by its policy. Never throws: whatever happens is a result that the model is told. */
export async function runToolCall(
  call: ToolCallPart,
  planned: Exclude<PlannedCall, { workflow: unknown }>,
  run: Omit<ToolRun, 'callId' | 'input'>,
  { remainingMs, queues }: { remainingMs: number; queues: Queues | undefined },
): Promise<ToolResult> {
  if ('refused' in planned) return { output: planned.refused, outcome: 'error' };
  const { policy } = planned;
  const input: ToolRun = { ...run, callId: call.toolCallId, input: call.input };
  const attempt = (): Promise<ToolReturn> =>
    toolActivity(call.toolName, {
      attempts: policy.attempts,
      timeoutMs: policy.timeoutMs,
      remainingMs,
      queues,
      summary: JSON.stringify(call.input).slice(0, 180),
    })(input);

  try {
    return succeeded(await attempt());
  } catch (failure) {
    if (policy.effect !== 'once' || !isLost(failure)) return failed(call.toolName, failure);
    if (!policy.reconciles) return unknown(call.toolName, failure);
  }

  try {
    const found = await reconcileActivity({ queues })({ ...input, tool: call.toolName });
    if (found.acted === true) return { output: found.output, outcome: 'ok' };
    if (found.acted === 'unknown') return unknown(call.toolName);
  } catch {
    return unknown(call.toolName);
  }
  // It is known not to have acted, so this is still the first time.
  try {
    return succeeded(await attempt());
  } catch (failure) {
    return isLost(failure) ? unknown(call.toolName, failure) : failed(call.toolName, failure);
  }
}

/** The result of a call that no approver allowed. */
export function denied(tool: string, { outcome, by }: { outcome: ApprovalOutcome; by?: string }): ToolResult {
  if (outcome === 'cancelled')
    return { output: `${tool} was not run: the turn was stopped before it was allowed.`, outcome };
  const why = outcome === 'denied' ? `${by} refused it` : 'nobody allowed it in time';
  return {
    output: `${tool} was not run: it needs the approval of an approver, and ${why}. Do not try the same in another way; tell the user.`,
    outcome: 'denied',
  };
}

function succeeded(returned: ToolReturn): ToolResult {
  return { ...(typeof returned === 'string' ? { output: returned } : returned), outcome: 'ok' };
}

/** The run began and nobody saw its end: its worker died, hung or was shut down. */
function isLost(failure: unknown): boolean {
  if (!(failure instanceof ActivityFailure)) return false;
  const { cause } = failure;
  if (cause instanceof TimeoutFailure) return true;
  return cause instanceof Error && 'type' in cause && cause.type === FAILURE.interrupted;
}

function unknown(tool: string, failure?: unknown): ToolResult {
  const { cause } = failure instanceof ActivityFailure ? failure : {};
  const why = cause instanceof ApplicationFailure ? cause.message : 'the worker was lost';
  return {
    output: `The outcome is unknown: ${why} while ${tool} ran. It may or may not have acted, and it was not run again. Tell the user, and find out before doing it again.`,
    outcome: 'unknown',
  };
}

function failed(tool: string, failure: unknown): ToolResult {
  if (
    isCancellation(failure) ||
    (failure instanceof ActivityFailure && failure.cause instanceof CancelledFailure)
  )
    return { output: `${tool} was cancelled by the user; it may have acted in part.`, outcome: 'cancelled' };
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof TimeoutFailure)
    return {
      output: `${tool} did not finish: it ran out of time or its worker was lost at every attempt.`,
      outcome: 'error',
    };
  return {
    output: `${tool} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    outcome: 'error',
  };
}
