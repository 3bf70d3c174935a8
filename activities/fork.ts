import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { parseConversationId } from '../contract/conversation-id.ts';
import { forked } from '../contract/fork.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import { CONVERSATION, carried } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { readConversation } from './read-conversation.ts';

/** The activity `fork`: begins a conversation that knows what this one knows. Its id makes a repeat find it there. */
export function createFork({ client }: Pick<ActivityDependencies, 'client'>): Activities['fork'] {
  return async function fork({ copy }) {
    const state = forked(await readConversation({ client }, carried));
    const start: ConversationStart = { ...parseConversationId(copy), state };
    try {
      await client.workflow.start(CONVERSATION, {
        workflowId: copy,
        taskQueue: TASK_QUEUE,
        args: [start],
        workflowTaskTimeout: '5s',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}
