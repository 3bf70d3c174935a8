import path from 'node:path';
import { Connection } from '@temporalio/client';
import { LEAN_GO, temporalArguments } from '../../cli/temporal/arguments.ts';
import { Child } from './child.ts';
import { eventually, STARTS_WITHIN_MS } from './eventually.ts';
import { freePort } from './free-port.ts';

/** The Temporal server of a stack, on a store that outlives its processes. */
export interface StackServer {
  /** host:port */
  readonly address: string;
  /** Its processes, in the order in which they start. */
  readonly parts: readonly ServerPart[];
  /** Waits until it answers and has what holdfast needs. */
  answers(): Promise<void>;
}

export interface ServerPart {
  readonly name: string;
  run(): Child;
  /** Waits until the parts after it can be started. */
  up(): Promise<void>;
}

export interface DevelopmentOptions {
  /** Path of Temporal's command line. */
  temporal: string;
  home: string;
  env: NodeJS.ProcessEnv;
  dynamicConfig: Record<string, unknown>;
  /** A command, with its arguments, that runs it. */
  under: string[];
}

/** Temporal's development server on a file: one process. */
export async function developmentServer(options: DevelopmentOptions): Promise<StackServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const run = () => {
    const { temporal, home, env, dynamicConfig, under } = options;
    const args = temporalArguments({ port, database: path.join(home, 'temporal.db') });
    const dynamic = Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]);
    const [command = '', ...rest] = [...under, temporal, ...args, ...dynamic];
    return new Child(command, rest, { ...LEAN_GO, ...env });
  };
  return {
    address,
    parts: [{ name: 'temporal', run, up: async () => {} }],
    async answers() {
      await eventually(
        async () => {
          const connection = await Connection.connect({ address, connectTimeout: 1000 });
          try {
            await connection.workflowService.describeNamespace({ namespace: 'default' });
          } finally {
            await connection.close();
          }
          return true;
        },
        { ms: STARTS_WITHIN_MS, what: 'Temporal answers' },
      );
    },
  };
}
