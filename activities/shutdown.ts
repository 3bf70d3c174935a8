import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { FAILURE } from '../contract/failures.ts';

/** The failure of an activity that is being cut short because its worker shuts down: others go on with it. */
export function shutdownFailure(): ApplicationFailure | undefined {
  const { cancellationSignal } = Context.current();
  const reason: unknown = cancellationSignal.reason;
  // The SDK names the reason in the message.
  const shutdown = reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
  return shutdown ? ApplicationFailure.retryable('the worker was shut down', FAILURE.interrupted) : undefined;
}
