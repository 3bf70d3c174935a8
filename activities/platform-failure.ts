import { ApplicationFailure } from '@temporalio/activity';
import { errorMessage } from '@temporalio/common';
import { FAILURE } from '../contract/failures.ts';
import { DeliveryRefused, RateLimited } from '../platforms/platform.ts';

/** What a platform's refusal means to Temporal: for good, after its own delay, or with the usual pauses. */
export function platformFailure(error: unknown): ApplicationFailure {
  const message = errorMessage(error) ?? String(error);
  if (error instanceof DeliveryRefused)
    return ApplicationFailure.create({ message, type: FAILURE.deliveryRefused, nonRetryable: true });
  return ApplicationFailure.create({
    message,
    type: FAILURE.deliveryUnavailable,
    ...(error instanceof RateLimited ? { nextRetryDelay: error.retryAfterMs } : {}),
  });
}
