import path from 'node:path';
import { readEnvironment } from '../../config/environment.ts';
import { WORK } from '../../contract/queues.ts';
import type { Layout } from '../plan-processes.ts';
import { runStart } from '../run-start.ts';
import type { Terminal } from '../terminal.ts';
import { planCluster } from './plan-cluster.ts';

/** A worker for each kind of work, so that each can be ended, measured or started twice by itself. */
const LAYOUT: Layout = {
  gateways: ['gateway-1', 'gateway-2'],
  workers: WORK.map((work) => ({ name: `worker-${work}` as const, env: { HOLDFAST_WORK: work } })),
};

/** The command `cluster` as a process, on a folder of its own in HOLDFAST_HOME: runs until a signal ends it. */
export async function runCluster(terminal: Terminal, env: NodeJS.ProcessEnv): Promise<void> {
  const home = path.join(readEnvironment(env).HOLDFAST_HOME, 'cluster');
  await runStart(
    terminal,
    { ...env, HOLDFAST_HOME: home, HOLDFAST_QUEUES: 'split' },
    { layout: LAYOUT, plan: planCluster },
  );
}
