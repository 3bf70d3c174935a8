import { ApplicationFailure } from '@temporalio/activity';
import { FAILURE } from '../contract/failures.ts';
import { describeModelFailure } from '../models/model-failure.ts';

/** A model call's error as the workflow reads it, and as Temporal retries it. */
export function modelFailure(error: unknown, details: unknown[] = []): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const { kind, tooLong, message, retryAfterMs } = describeModelFailure(error);
  const type = {
    refused: tooLong ? FAILURE.contextTooLong : FAILURE.modelRefused,
    endless: FAILURE.answerTooLong,
    unavailable: FAILURE.modelUnavailable,
  }[kind];
  return ApplicationFailure.create({
    message,
    type,
    nonRetryable: kind !== 'unavailable',
    details,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
