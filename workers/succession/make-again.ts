import type { Client } from '@temporalio/client';
import { FAILURE } from '../../contract/failures.ts';
import type { Note } from './notes.ts';

/** Later, its heartbeat timeout has done the same. */
const DEADLINE_MS = 4_000;
/** Zero would mean: not at all. */
const AT_ONCE = { nanos: 1_000_000 };

/**
 * Tells Temporal that an attempt has failed whose process is gone, so that the next one is made at once. One that runs is never touched:
 * Temporal takes the answer only for the very attempt that was noted. Returns whether it was told.
 */
export async function makeAgain(client: Client, note: Note): Promise<boolean> {
  const { workflowId, runId, activityId, attempt, identity, taskToken } = note;
  const { workflowService, options } = client;
  const { namespace } = options;
  return client.withDeadline(Date.now() + DEADLINE_MS, async () => {
    const execution = { workflowId, runId };
    const { pendingActivities } = await workflowService.describeWorkflowExecution({ namespace, execution });
    const pending = pendingActivities?.find((one) => one.activityId === activityId);
    if (pending?.attempt !== attempt || pending.lastWorkerIdentity !== identity) return false;
    // What follows the last attempt is a word on why it was lost, which the workflow has from the timeout.
    if (attempt === pending.maximumAttempts) return false;
    // Else queries and the next workflow task wait a second for the worker that is gone.
    await workflowService.resetStickyTaskQueue({ namespace, execution });
    await workflowService.respondActivityTaskFailed({
      namespace,
      identity,
      taskToken: Buffer.from(taskToken, 'base64'),
      failure: {
        message: 'the worker was lost',
        source: 'holdfast',
        applicationFailureInfo: {
          type: FAILURE.interrupted,
          nextRetryDelay: AT_ONCE,
          // As a timeout's failure has them, for when no attempt follows: because it was to be cancelled, or its time is over.
          ...(pending.heartbeatDetails ? { details: pending.heartbeatDetails } : {}),
        },
      },
    });
    return true;
  });
}
