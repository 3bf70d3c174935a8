import path from 'node:path';
import { readEnvironment } from '../../config/environment.ts';
import { runStart } from '../run-start.ts';
import type { Terminal } from '../terminal.ts';
import { CLUSTER_ENVIRONMENT, CLUSTER_LAYOUT } from './layout.ts';
import { planCluster } from './plan-cluster.ts';

/** The command `cluster` as a process, on a folder of its own in HOLDFAST_HOME: runs until a signal ends it. */
export async function runCluster(terminal: Terminal, env: NodeJS.ProcessEnv): Promise<void> {
  const home = path.join(readEnvironment(env).HOLDFAST_HOME, 'cluster');
  await runStart(
    terminal,
    { ...env, HOLDFAST_HOME: home, ...CLUSTER_ENVIRONMENT },
    { layout: CLUSTER_LAYOUT, plan: planCluster },
  );
}
