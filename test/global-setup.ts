import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { findServer } from '../cli/cluster/find-server.ts';
import { createTerminal } from '../cli/terminal.ts';
import { goTool, missingOfGoTools, TOOLS } from './deploy/support/go-tools.ts';
import { findTools } from './support/find-tools.ts';
import { missingOfCluster } from './support/missing-of-cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of Temporal's command line. */
    temporal: string;
    /** Path of the production workflow bundle. */
    workflowBundle: string;
    /** Folder of this test run; removed at its end. */
    scratch: string;
  }
}

/** Tests that need the production server. */
const OF_CLUSTER = [
  '/test/e2e/cluster.test.ts',
  '/test/e2e/serverless-cluster.test.ts',
  '/test/bench/bench.test.ts',
  '/test/deploy/compose-run.test.ts',
];

/** Tests that need what Go builds to check files. */
const OF_GO_TOOLS = [
  '/test/deploy/helm.test.ts',
  '/test/deploy/compose.test.ts',
  '/test/deploy/compose-run.test.ts',
];

/** Finds or builds the Temporal server as `npm start` does, and bundles the workflows once for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  const { temporal, workflowBundle } = await findTools(scratch);
  project.provide('temporal', temporal);
  project.provide('workflowBundle', workflowBundle);
  project.provide('scratch', scratch);
  const paths = project.vitest.state.getPaths();
  const isRun = (tests: string[]) => paths.some((file) => tests.some((test) => file.endsWith(test)));
  if (isRun(OF_CLUSTER)) await buildCluster(scratch);
  if (isRun(OF_GO_TOOLS)) await buildGoTools();
  return () => rm(scratch, { recursive: true, force: true });
}

/**
 * Go builds Temporal's production server for minutes, with all of the machine and gigabytes of memory: not beside tests of what
 * happens within seconds. Where it cannot be built, the test says so.
 */
async function buildCluster(scratch: string): Promise<void> {
  try {
    if (await missingOfCluster(scratch)) return;
    const stop = new AbortController().signal;
    await findServer({ env: process.env, terminal: createTerminal(process.stderr), stop });
  } catch (error) {
    console.error(error);
  }
}

/** For a minute or two, once, likewise. */
async function buildGoTools(): Promise<void> {
  try {
    if (missingOfGoTools() === undefined) for (const tool of TOOLS) await goTool(tool);
  } catch (error) {
    console.error(error);
  }
}
