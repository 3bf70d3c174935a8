import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLUSTER_LAYOUT } from '../../cli/cluster/layout.ts';
import { ENTRIES, ONE_OF_EACH, planProcesses } from '../../cli/plan-processes.ts';
import { readEnvironment } from '../../config/environment.ts';

test('each process of a machine gets a metrics port of its own: workers first, then gateways', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'holdfast-plan-'));
  const ports = async (layout: typeof ONE_OF_EACH, port?: string) => {
    const env = { HOLDFAST_HOME: home, PORT: '0', HOLDFAST_METRICS_PORT: port };
    const { scripts } = await planProcesses(layout, ENTRIES, readEnvironment(env));
    return Object.fromEntries(scripts.map(({ name, env: own }) => [name, own.HOLDFAST_METRICS_PORT]));
  };
  expect(await ports(ONE_OF_EACH, '9464')).toEqual({ worker: '9464', gateway: '9465' });
  expect(new Set(Object.values(await ports(CLUSTER_LAYOUT, '9464'))).size).toBe(6);
  expect(await ports(ONE_OF_EACH)).toEqual({ worker: undefined, gateway: undefined });
});
