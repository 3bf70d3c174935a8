import { ActivityFailure, ApplicationFailure, TimeoutFailure, workflowInfo } from '@temporalio/workflow';
import { FAILURE } from '../contract/failures.ts';
import type { TurnLimits } from '../contract/settings.ts';

/** The turn has used up one of its limits. */
export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
  constructor(limit: 'steps' | 'seconds' | 'history', limits: TurnLimits) {
    super(
      {
        steps: `it did not come to an end within ${limits.steps} steps`,
        seconds: `it did not come to an end within ${limits.seconds} seconds`,
        history: 'it did and read more than one turn may',
      }[limit],
    );
  }
}

/** It made the workflow or its worker die each time. */
export class GivenUp extends Error {
  override name = 'GivenUp';
}

/** What the operator searches for: the conversation's first run, and the turn. */
export function referenceOf(turn: number): string {
  return `${workflowInfo().firstExecutionRunId.slice(0, 8)}-${turn}`;
}

/** The honest line that ends a failed turn. `reference` is what the operator searches for. */
export function failureLine(failure: unknown, reference: string): string {
  return `Sorry, I could not finish this: ${failureReason(failure)}. Your message is kept and the next one works. (reference ${reference})`;
}

/** What the user is told of a `once` tool that was lost mid-run, whatever the model says of it. */
export function unknownLine(tool: string): string {
  return `⚠️ The outcome of \`${tool}\` is unknown: it was cut short while it ran. It was not run again.`;
}

export function failureReason(failure: unknown): string {
  if (failure instanceof BudgetSpent) return failure.message;
  if (failure instanceof GivenUp) return 'it made me fail each time I tried';
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  if (
    cause instanceof ApplicationFailure &&
    (type === FAILURE.modelRefused || type === FAILURE.contextTooLong)
  )
    return `the model refused the request: ${trimmed(cause.message)}`;
  if (cause instanceof ApplicationFailure && type === FAILURE.answerTooLong) return trimmed(cause.message);
  if (cause instanceof ApplicationFailure && cause.type === FAILURE.modelUnavailable)
    return `the model could not be reached: ${trimmed(cause.message)}`;
  if (cause instanceof TimeoutFailure || type === FAILURE.workerLost)
    return 'it ran out of time or its worker was lost at every attempt';
  return 'something inside holdfast failed';
}

function trimmed(message: string): string {
  return (message.length > 300 ? `${message.slice(0, 300)}…` : message).replace(/\.$/, '');
}
