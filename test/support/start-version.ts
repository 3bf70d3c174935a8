import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { DEPLOYMENT, TASK_QUEUE } from '../../contract/queues.ts';

/** A bare worker of a version, or of none, that polls for workflow and activity tasks at this server; returns what stops it. */
export async function startVersion(address: string, buildId?: string): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: inject('workflowBundle') },
    activities: { callModel: async () => {} },
    ...(buildId === undefined
      ? {}
      : {
          workerDeploymentOptions: {
            version: { deploymentName: DEPLOYMENT, buildId },
            useWorkerVersioning: true,
            defaultVersioningBehavior: 'AUTO_UPGRADE',
          },
        }),
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}
