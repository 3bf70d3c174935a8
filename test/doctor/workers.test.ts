import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TASK_QUEUE } from '../../contract/queues.ts';
import { checkWorkers } from '../../doctor/workers.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { startTemporal } from '../support/temporal-server.ts';

quietRuntime();

/** Real workers of several versions at one queue. */
describe('what the doctor says of workers', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  let connection: NativeConnection;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startTemporal();
    connection = await NativeConnection.connect({ address: server.address });
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await connection?.close();
    await server?.stop();
  });

  async function startWorker(buildId?: string): Promise<() => Promise<void>> {
    const worker = await Worker.create({
      connection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: { callModel: async () => {} },
      ...(buildId === undefined
        ? {}
        : {
            workerDeploymentOptions: {
              useWorkerVersioning: true,
              version: { deploymentName: 'holdfast', buildId },
              defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
            },
          }),
    });
    const running = worker.run();
    const stop = async () => {
      worker.shutdown();
      await running;
    };
    stops.push(async () => (worker.getState() === 'RUNNING' ? stop() : undefined));
    return stop;
  }

  const says = async (what: RegExp) =>
    eventually(async () => (await checkWorkers(server.client)).find((one) => what.test(one.what)), {
      what: `the doctor says ${what}`,
    });

  it('misses those of each kind of task', async () => {
    expect(await checkWorkers(server.client)).toMatchObject([
      { kind: 'no-poller', what: expect.stringContaining('workflow tasks') },
      { kind: 'no-poller', what: expect.stringContaining('activity tasks') },
    ]);
  });

  it('finds nothing wrong with workers without versions', async () => {
    await startWorker();
    await eventually(async () => (await checkWorkers(server.client)).length === 0);
  });

  it('finds those without a version beside those with one, and a version that polls and is not current', async () => {
    await startWorker('1.0');
    await says(/without a version/);
    const { kind, remedy } = await says(/version 1\.0 of holdfast poll, and get nothing/);
    expect(kind).toBe('version-skew');
    expect(remedy).toContain('set-current-version --deployment-name holdfast --build-id 1.0');
  });
});
