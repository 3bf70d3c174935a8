import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { heal } from '../contract/healing.ts';
import type { GoodPoint } from './good-point.ts';
import type { Run } from './history.ts';

const Request = proto.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;

/**
 * Goes back to a good point. What the conversation must know is signalled first: the server carries it over with all other signals,
 * so that dying in between loses nothing and does nothing twice.
 */
export async function resetTo(client: Client, run: Run, { eventId, healing }: GoodPoint): Promise<void> {
  await client.workflow.getHandle(run.workflowId, run.runId).signal(heal, healing);
  await client.workflowService.resetWorkflowExecution(
    Request.fromObject({
      namespace: client.options.namespace,
      workflowExecution: run,
      workflowTaskFinishEventId: eventId,
      requestId: randomUUID(),
      reason: 'holdfast doctor: its history did not fit its code',
    }),
  );
}
