import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { findTools } from './support/find-tools.ts';

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
  const { temporal, workflowBundle } = await findTools(scratch);
  project.provide('temporal', temporal);
  project.provide('workflowBundle', workflowBundle);
  project.provide('scratch', scratch);
  return () => rm(scratch, { recursive: true, force: true });
}
