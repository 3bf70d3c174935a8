import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { workflowIdOf } from '../contract/conversation-id.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import { CONVERSATION } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';

/** Begins a conversation with what it knows. Returns false if there is one of its id, which stays as it is. */
export async function beginConversation(
  client: Client,
  start: ConversationStart,
  shown: Pick<WorkflowStartOptions, 'staticSummary' | 'typedSearchAttributes'> = {},
): Promise<boolean> {
  try {
    await client.workflow.start(CONVERSATION, {
      workflowId: workflowIdOf(start),
      taskQueue: TASK_QUEUE,
      args: [start],
      workflowTaskTimeout: '5s',
      ...shown,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
