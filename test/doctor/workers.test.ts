import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWorkers } from '../../doctor/workers.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { startVersion } from '../support/start-version.ts';
import { startTemporal } from '../support/temporal-server.ts';

quietRuntime();

/** Real workers of several versions at one queue. */
describe('what the doctor says of workers', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startTemporal();
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await server?.stop();
  });

  async function startWorker(buildId?: string): Promise<void> {
    stops.push(await startVersion(server.address, buildId));
  }

  const says = async (what: RegExp) =>
    eventually(async () => (await checkWorkers(server.client, 'one')).find((one) => what.test(one.what)), {
      what: `the doctor says ${what}`,
    });

  it('misses those of each kind of task', async () => {
    expect(await checkWorkers(server.client, 'one')).toMatchObject([
      { kind: 'no-poller', what: expect.stringContaining('workflow tasks') },
      { kind: 'no-poller', what: expect.stringContaining('activity tasks') },
    ]);
  });

  it('finds workers of a version that get nothing, because work goes to those without, of which there are none', async () => {
    await startWorker('1.0');
    const { kind, remedy } = await says(/workers of version 1\.0 poll, and get nothing/);
    expect(kind).toBe('version-skew');
    expect(remedy).toContain('holdfast version promote 1.0');
    await says(/work goes to version unversioned, and none of its workers polls/);
  });

  it('finds nothing wrong with workers of the version that gets the work', async () => {
    await server.client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: 'default',
      deploymentName: 'holdfast',
      buildId: '1.0',
    });
    await eventually(async () => (await checkWorkers(server.client, 'one')).length === 0);
  });

  it('finds workers without a version beside them, which get nothing', async () => {
    await startWorker();
    expect((await says(/version unversioned poll, and get nothing/)).remedy).toContain('promote unversioned');
  });
});
