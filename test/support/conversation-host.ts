import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import type { Activities, ToolActivity } from '../../activities/activities.ts';
import type { InboundMessage } from '../../contract/message.ts';
import { TASK_QUEUE } from '../../contract/queues.ts';
import { type ConversationSettings, DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { CONVERSATION, type ConversationView, receive, view } from '../../contract/signals.ts';
import { eventually } from './eventually.ts';
import { quietRuntime } from './quiet-runtime.ts';
import { startTemporal } from './temporal-server.ts';

quietRuntime();

/** Activities that a test answers itself, by activity type. */
export type FakeActivities = Partial<Activities> &
  Record<string, ToolActivity | Activities[keyof Activities]>;

/** The production workflow bundle on a real server, with the test's own activities. */
export async function hostConversations(activities: FakeActivities, further: string[] = []) {
  const server = await startTemporal(further);
  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: inject('workflowBundle') },
    activities,
  });
  const running = worker.run();
  const { client } = server;
  return {
    client,
    /** Sends messages as the gateway does. */
    async say(
      workflowId: string,
      message: Partial<InboundMessage> & { text: string },
      settings: Partial<ConversationSettings> = {},
    ): Promise<string> {
      const id = message.id ?? crypto.randomUUID();
      const slash = workflowId.indexOf('/');
      await client.workflow.signalWithStart(CONVERSATION, {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [{ platform: workflowId.slice(0, slash), conversation: workflowId.slice(slash + 1) }],
        signal: receive,
        signalArgs: [
          { ...message, id },
          { ...DEFAULT_SETTINGS, ...settings },
        ],
      });
      return id;
    },
    view: (workflowId: string): Promise<ConversationView> =>
      client.workflow.getHandle(workflowId).query(view, 0),
    /** The conversation once it is idle with this many replies. */
    async settled(workflowId: string, replies: number): Promise<ConversationView> {
      return eventually(
        async () => {
          const seen = await client.workflow.getHandle(workflowId).query(view, 0);
          const count = seen.entries.filter(({ kind }) => kind === 'reply').length;
          if (count < replies || seen.status !== 'idle' || seen.waiting > 0)
            throw new Error(`${count} replies, ${seen.status}, ${seen.waiting} waiting`);
          return seen;
        },
        { what: `${replies} replies in ${workflowId}` },
      );
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await server.stop();
    },
  };
}
