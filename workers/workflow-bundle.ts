import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['contract', 'workflows'];
/**
 * Runs in the workflows' context before their code. The SDK notes where each promise was made, for which it compiles two functions and
 * formats a stack trace a promise, and another function when it is settled: a third of all that a workflow costs. Here each such
 * function is compiled once, and what it makes to get a stack trace has none; errors that are thrown still say where.
 */
function prelude(): void {
  Error.stackTraceLimit = 1;
  const compile = Function;
  const compiled = new Map<string, unknown>();
  compiled.set(
    'return globalThis.Error',
    () =>
      function Traceless(this: { stack: string }) {
        this.stack = '';
      },
  );
  // What the SDK finds as `promise.constructor.constructor`.
  Object.defineProperty(Promise, 'constructor', {
    value(code: string) {
      if (!compiled.has(code)) compiled.set(code, compile(code));
      return compiled.get(code);
    },
  });
}
const PRELUDE = `(${prelude.toString()})(); `;

/**
 * Path of the bundled workflow code, made if the workflow sources or the SDK changed since `directory` was last written.
 * Bundling takes seconds, and a worker that restarts must not wait for it.
 */
export async function workflowBundle(directory: string): Promise<string> {
  const file = path.join(directory, `workflows-${await fingerprint()}.js`);
  if (existsSync(file)) return file;
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows', 'workflows.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(directory, { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, PRELUDE + code);
  await rename(partial, file);
  return file;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(PRELUDE);
  const require = createRequire(import.meta.url);
  hash.update((require('@temporalio/worker/package.json') as { version: string }).version);
  for (const folder of sources) {
    const names = (await readdir(path.join(root, folder), { recursive: true })).sort();
    for (const name of names.filter((file) => file.endsWith('.ts')))
      hash.update(name).update(await readFile(path.join(root, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
