import type { Client } from '@temporalio/client';
import type { Incoming } from '../steps.ts';
import { QUEUE, receive } from './receive.ts';

/** Stores a message; its conversation begins with its first one. */
export async function bareSignalWithStart(client: Client, message: Incoming): Promise<void> {
  await client.workflow.signalWithStart('bare', {
    workflowId: `bare/${message.conversation}`,
    taskQueue: QUEUE,
    signal: receive,
    signalArgs: [message],
  });
}
