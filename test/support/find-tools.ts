import path from 'node:path';
import { findTemporal } from '../../cli/temporal/find.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import type { Tools } from './stack.ts';

/** What stacks are made of: the Temporal server, found or built as `npm start` does, and the workflows, bundled into this folder. */
export async function findTools(scratch: string): Promise<Tools> {
  const temporal = await findTemporal({
    env: process.env,
    terminal: createTerminal(process.stderr),
    stop: new AbortController().signal,
  });
  return { temporal, scratch, workflowBundle: await workflowBundle(path.join(scratch, 'cache'), {}) };
}
