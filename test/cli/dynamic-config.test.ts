import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, inject, it, onTestFinished } from 'vitest';
import { TASK_QUEUE } from '../../contract/queues.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { CONVERSATION, receive, view } from '../../contract/signals.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { startTemporal } from '../support/temporal-server.ts';

quietRuntime();

it('all who read a conversation while its task waits for a worker are answered by it, none is refused', async () => {
  const server = await startTemporal();
  onTestFinished(() => server.stop());
  // Without the SDK's interceptor, which tries again what is refused.
  const readers = await Connection.connect({ address: server.address, interceptors: [] });
  const { workflow } = new Client({ connection: readers });
  const start = { platform: 'web', conversation: 'read-by-many' };
  const workflowId = `${start.platform}/${start.conversation}`;
  await workflow.signalWithStart(CONVERSATION, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [start],
    signal: receive,
    signalArgs: [{ id: 'm1', text: '/help' }, DEFAULT_SETTINGS],
  });
  const reading = Promise.all(
    Array.from({ length: 20 }, () => workflow.getHandle(workflowId).query(view, 0)),
  );
  await Promise.race([reading, sleep(1_000)]);
  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: inject('workflowBundle') },
  });
  await worker.runUntil(async () => {
    for (const { entries } of await reading) expect(entries[0]).toMatchObject({ text: '/help' });
  });
  await Promise.all([connection.close(), readers.close()]);
});
