import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { freePort, waitForAddress } from '../../cli/ports.ts';
import { isRunning, startHoldfast, temporaryFolder, until } from './processes.ts';

test('with TEMPORAL_ADDRESS it waits for that server, adds what the namespace lacks, and starts none', async () => {
  const port = await freePort({ host: '127.0.0.1', port: 0, who: 'the test', variable: '' });
  const address = `127.0.0.1:${port}`;
  const started = startHoldfast(temporaryFolder(), { TEMPORAL_ADDRESS: address });
  await until(() => started.output().includes(`Waiting for the Temporal server at ${address}`));

  const args = [
    'server',
    'start-dev',
    '--headless',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--log-level',
    'never',
  ];
  const server = spawn(inject('temporal'), args, { stdio: 'ignore' });
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
  });
  await waitForAddress(address, new AbortController().signal, () => {});
  await until(() => isRunning(started));
  expect(started.pid('temporal')).toBeUndefined();
  expect(started.output()).toMatch(new RegExp(`Temporal +${address}\n`));

  const connection = await Connection.connect({ address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  await connection.close();
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['HoldfastPlatform', 'HoldfastStatus', 'HoldfastTurns']),
  );
  started.process.kill('SIGINT');
  expect(await started.exit()).toBe(0);
  expect(server.exitCode, 'the foreign server goes on').toBeNull();
});
