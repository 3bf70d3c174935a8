import { Context } from '@temporalio/activity';
import { parseConversationId } from '../contract/conversation-id.ts';
import { forked } from '../contract/fork.ts';
import { carried } from '../contract/signals.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { beginConversation } from './begin-conversation.ts';
import { readConversation } from './read-conversation.ts';

/** The activity `fork`: begins a conversation that knows what this one knows. Its id makes a repeat find it there. */
export function createFork({ client }: Pick<ActivityDependencies, 'client'>): Activities['fork'] {
  return async function fork({ copy }) {
    const state = forked(await readConversation({ client }, carried));
    const { workflowId } = Context.current().info.workflowExecution ?? {};
    await beginConversation(client, { ...parseConversationId(copy), state }, `from ${workflowId}`);
  };
}
