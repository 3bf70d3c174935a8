import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { findTemporal } from '../cli/temporal/find.ts';
import { createTerminal } from '../cli/terminal.ts';
import { workflowBundle } from '../workers/workflow-bundle.ts';

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

/** Finds or builds the Temporal server as `npm start` does, and bundles the workflows once for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  const stop = new AbortController();
  const temporal = await findTemporal({
    env: process.env,
    terminal: createTerminal(process.stderr),
    stop: stop.signal,
  });
  project.provide('temporal', temporal);
  project.provide('workflowBundle', await workflowBundle(path.join(scratch, 'cache')));
  project.provide('scratch', scratch);
  return () => rm(scratch, { recursive: true, force: true });
}
