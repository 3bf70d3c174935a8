import {
  type Client,
  QueryRejectedError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import { TASK_QUEUE } from '../contract/queues.ts';

/** A workflow that stands for one thing for ever, and begins when it is first written to. */
export interface EntityWorkflow {
  type: string;
  id: string;
  /** Its argument when it begins. */
  start: object;
}

/** Updates the entity, begun if need be. A repeat with the same `updateId` within its run changes nothing. */
export async function updateEntity<Result, Args extends [unknown, ...unknown[]]>(
  client: Client,
  { type, id, start }: EntityWorkflow,
  update: UpdateDefinition<Result, Args>,
  { args, updateId }: { args: Args; updateId: string },
): Promise<Result> {
  return client.workflow.executeUpdateWithStart(update, {
    args,
    updateId,
    startWorkflowOperation: new WithStartWorkflowOperation(type, {
      workflowId: id,
      taskQueue: TASK_QUEUE,
      args: [start],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowTaskTimeout: '5s',
    }),
  });
}

/** The same for an entity that is not begun for it; undefined if it has not begun. */
export async function updateIfBegun<Result, Args extends [unknown, ...unknown[]]>(
  client: Client,
  { id }: Pick<EntityWorkflow, 'id'>,
  update: UpdateDefinition<Result, Args>,
  options: { args: Args; updateId: string },
): Promise<Result | undefined> {
  try {
    return await client.workflow.getHandle(id).executeUpdate(update, options);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Status of a run that was just followed by the next, in Temporal's numbers. */
const CONTINUED_AS_NEW = 6;

/**
 * Asks the entity; undefined if it has not begun, or was ended by hand: Temporal would answer for an ended one too, so the client
 * must reject such queries (`queryRejectCondition`). Throws where it is going from one run to the next.
 */
export async function queryEntity<Result, Args extends unknown[]>(
  client: Client,
  { id }: Pick<EntityWorkflow, 'id'>,
  query: QueryDefinition<Result, Args>,
  ...args: Args
): Promise<Result | undefined> {
  try {
    return await client.workflow.getHandle(id).query(query, ...args);
  } catch (error) {
    const ended = error instanceof QueryRejectedError && error.status !== CONTINUED_AS_NEW;
    if (ended || error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
