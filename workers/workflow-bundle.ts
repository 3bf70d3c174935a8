import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['contract', 'workflows'];
/**
 * Loaded once for all workflows of a process, and not for each of them, which would take 180 KB more for every one in memory. So what
 * it imports may have no state of its own: test/workers/workflow-bundle.test.ts.
 */
const WORKFLOWS = path.join(root, 'workflows', 'workflows.ts');
const TRACE = path.join(root, 'workflows', 'trace.ts');
/**
 * For each promise of a workflow the SDK makes a stack trace, where it is not told not to (workflow-thread/): a third of all that replay
 * costs (0.95 ms an event with ten frames, 0.65 with one). Errors still say where they were thrown.
 */
const PRELUDE = 'Error.stackTraceLimit = 1; ';

/**
 * Path of the bundled workflow code for workers with this data converter, made if the workflow sources, the SDK or this file changed
 * since `directory` was last written. Bundling takes seconds, and a worker that restarts must not wait for it.
 */
export async function workflowBundle(
  directory: string,
  { failureConverterPath }: DataConverter,
): Promise<string> {
  const failures = failureConverterPath && path.relative(root, failureConverterPath);
  const file = path.join(directory, `workflows-${await fingerprint(failures)}.js`);
  if (existsSync(file)) return file;
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    preloadModules: [WORKFLOWS, ...(failureConverterPath ? [failureConverterPath] : [])],
    workflowInterceptorModules: [TRACE],
    ...(failureConverterPath ? { failureConverterPath } : {}),
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(directory, { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, PRELUDE + code);
  await rename(partial, file);
  return file;
}

/** `failures` names the module that converts failures, if it is not the SDK's. */
async function fingerprint(failures = ''): Promise<string> {
  const hash = createHash('sha256')
    .update(process.version)
    .update(failures)
    .update(await readFile(import.meta.filename));
  const require = createRequire(import.meta.url);
  hash.update((require('@temporalio/worker/package.json') as { version: string }).version);
  for (const folder of sources) {
    const names = (await readdir(path.join(root, folder), { recursive: true })).sort();
    for (const name of names.filter((file) => file.endsWith('.ts')))
      hash.update(name).update(await readFile(path.join(root, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
