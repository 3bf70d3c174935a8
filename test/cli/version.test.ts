import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { runCli } from '../support/run-cli.ts';
import { startVersion } from '../support/start-version.ts';
import { startTemporal } from '../support/temporal-server.ts';

quietRuntime();

let server: Awaited<ReturnType<typeof startTemporal>>;
beforeAll(async () => {
  server = await startTemporal();
});
afterAll(() => server.stop());

const version = (...args: string[]) => runCli(['version', ...args], { TEMPORAL_ADDRESS: server.address });

async function list(): Promise<unknown> {
  return JSON.parse((await version('list', '--json')).stdout);
}

/** Runs a worker of a version, or of none, until the test ends. */
async function work(buildId?: string): Promise<void> {
  onTestFinished(await startVersion(server.address, buildId));
  const name = buildId ?? 'unversioned';
  await eventually(async () =>
    ((await list()) as { version: string; workers: number }[]).some(
      (one) => one.version === name && one.workers > 0,
    ),
  );
}

test('promotes a version that has workers, a share of the work, and the old one again; and says what there is', async () => {
  expect(await list()).toEqual([{ version: 'unversioned', workers: 0, state: 'current' }]);
  expect((await version()).stdout).toBe('unversioned  current        no worker\n');
  await work();
  await Promise.all([work('1.0.0'), work('2.0.0+b_c-d')]);
  expect(await list()).toEqual([
    { version: 'unversioned', workers: 1, state: 'current' },
    { version: '1.0.0', workers: 1, state: 'inactive' },
    { version: '2.0.0+b_c-d', workers: 1, state: 'inactive' },
  ]);

  expect(await version('promote', '1.0.0')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1.0.0 is current'),
  });
  expect((await version('promote', '1.0.0')).code).toBe(0);
  expect((await version('promote', '2.0.0+b_c-d', '--ramp', '25')).stdout).toContain(
    '25 % of the conversations',
  );
  expect(await list()).toMatchObject([
    { version: '1.0.0', state: 'current' },
    { version: '2.0.0+b_c-d', state: 'ramping', percent: 25 },
    { version: 'unversioned' },
  ]);
  expect((await version()).stdout).toMatch(/^1\.0\.0 +current +1 worker$/m);
  expect((await version()).stdout).toMatch(/^2\.0\.0\+b_c-d +ramping 25 % +1 worker$/m);

  // The old one again: nothing is left of the ramp.
  await version('promote', '1.0.0');
  expect(await list()).toMatchObject([
    { version: '1.0.0', state: 'current' },
    { version: '2.0.0+b_c-d', state: 'draining' },
    { version: 'unversioned', state: 'inactive' },
  ]);
  await version('promote', '2.0.0+b_c-d', '--ramp=50');
  await version('promote', '2.0.0+b_c-d', '--ramp=0');
  expect(JSON.stringify(await list())).not.toContain('ramping');
  await version('promote', 'unversioned');
  expect(await list()).toMatchObject([
    { version: 'unversioned', state: 'current' },
    { version: '1.0.0', state: 'draining' },
    { version: '2.0.0+b_c-d', state: 'draining' },
  ]);
}, 120_000);

test.each([
  [['promote', '3.0.0'], 'HOLDFAST_VERSION=3.0.0'],
  [['promote', '3.0.0', '--ramp', '10'], 'No worker of version 3.0.0 is polling'],
  [['promote', 'unversioned', '--ramp', 'most'], '--ramp: must be a percentage from 0 to 100, not "most"'],
  [['promote', 'unversioned', '--ramp', '101'], '--ramp'],
  [['promote', 'unversioned', '--ramp', '50'], 'is the current one'],
])('says what is wrong: %j', async (args, words) => {
  const { code, stdout, stderr } = await version(...args);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
});
