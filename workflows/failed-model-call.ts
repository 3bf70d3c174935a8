import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE } from '../contract/failures.ts';
import type { ShownByFailed } from '../contract/model-step.ts';

/** Whether the model has no room for what it was asked. */
export function isTooLong(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === FAILURE.contextTooLong;
}

/** What is known of a message that a failed model call began: told at its end, or by a heartbeat before it was lost. */
export function toldBy(failure: unknown): ShownByFailed {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  const [told] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  if (told && !isCutShort(cause)) return told;
  const beat = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : told;
  return { mayHaveStreamed: true, ...(beat as ShownByFailed | undefined) };
}

/** Its details are those of its last heartbeat. */
function isCutShort(cause: unknown): boolean {
  return cause instanceof ApplicationFailure && cause.type === FAILURE.interrupted;
}
