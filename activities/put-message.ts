import { parseConversationId } from '../contract/conversation-id.ts';
import type { InboundMessage } from '../contract/message.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { CONVERSATION, receive } from '../contract/signals.ts';
import type { ActivityDependencies } from './activities.ts';

/**
 * Puts a message of holdfast's own into a conversation, begun if need be, whose dedupe window takes a repeat for what it is. Where
 * its work is put is as the config has it now: its other settings can be years old.
 */
export async function putMessage(
  { client, queues }: Pick<ActivityDependencies, 'client' | 'queues'>,
  workflowId: string,
  message: InboundMessage,
  settings: ConversationSettings,
): Promise<void> {
  await client.workflow.signalWithStart(CONVERSATION, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [parseConversationId(workflowId)],
    signal: receive,
    signalArgs: [message, { ...settings, queues }],
    workflowTaskTimeout: '5s',
    ...(settings.tenant === undefined ? {} : { priority: { fairnessKey: settings.tenant } }),
  });
}
