import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { temporalArguments } from '../../cli/temporal/arguments.ts';
import { channelArgs } from '../../config/temporal.ts';
import { Child } from './child.ts';
import { eventually, STARTS_WITHIN_MS } from './eventually.ts';
import { freePort } from './free-port.ts';

/** A real Temporal server in memory, for tests that do not kill it. */
export async function startTemporal(further: string[] = []) {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const child = new Child(inject('temporal'), [...temporalArguments({ port }), ...further], {
    PATH: process.env.PATH,
  });
  const connection = await eventually(
    () => Connection.connect({ address, connectTimeout: 1000, channelArgs }),
    {
      ms: STARTS_WITHIN_MS,
      what: 'Temporal answers',
    },
  );
  await eventually(() => connection.workflowService.describeNamespace({ namespace: 'default' }));
  return {
    address,
    client: new Client({ connection }),
    async stop() {
      await connection.close();
      await child.kill();
    },
  };
}
