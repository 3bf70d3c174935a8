import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { parseConversationId } from '../contract/conversation-id.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import { CONVERSATION, carried } from '../contract/signals.ts';
import { type ConversationStart, FIRST_STATE } from '../contract/state.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { readConversation } from './read-conversation.ts';

/** The activity `fork`: begins a conversation that knows what this one knows. Its id makes a repeat find it there. */
export function createFork({ client }: Pick<ActivityDependencies, 'client'>): Activities['fork'] {
  return async function fork({ copy }) {
    const known = await readConversation({ client }, carried);
    const { usage, spent } = FIRST_STATE;
    // What runs goes on for who began it, and what was spent was spent there.
    const state = { ...known, inbox: [], tasks: [], taskApprovals: [], usage, spent };
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
