import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { workflowIdOf } from '../contract/conversation-id.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { Written } from '../contract/schema.ts';
import { attributesOf } from '../contract/search-attributes.ts';
import { CONVERSATION } from '../contract/signals.ts';
import type { ConversationStart, ConversationState } from '../contract/state.ts';

/** A conversation that is to begin with what it knows already. */
export interface KnowingStart extends ConversationStart {
  state: ConversationState & Written;
}

/**
 * Begins a conversation with what it knows; `from` tells in Temporal's UI where it has that from. Returns false if there is one of its id,
 * which stays as it is.
 */
export async function beginConversation(client: Client, start: KnowingStart, from: string): Promise<boolean> {
  const { platform, conversation, state } = start;
  try {
    await client.workflow.start(CONVERSATION, {
      workflowId: workflowIdOf(start),
      taskQueue: TASK_QUEUE,
      args: [start],
      workflowTaskTimeout: '5s',
      // It is found also while no worker is there to say so itself.
      typedSearchAttributes: attributesOf(platform, 'idle', state.turns),
      staticSummary: `${platform} conversation ${conversation}, ${from}`.slice(0, 180),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
