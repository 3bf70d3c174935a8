import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { FAILURES } from '../../encryption/data-converter.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import { bundle, PROJECT } from './bundle.ts';
import type { Files } from './files.ts';
import type { Replacements } from './replaced.ts';

/** Lambda's names of architectures, and what the SDK calls their native part. */
export const ARCHITECTURES = {
  x86_64: 'x86_64-unknown-linux-gnu',
  arm64: 'aarch64-unknown-linux-gnu',
} as const;
export type Architecture = keyof typeof ARCHITECTURES;

const SDK = fileURLToPath(new URL('.', import.meta.resolve('@temporalio/worker')));
const ofSdk = createRequire(SDK);
/** What the SDK reads the source map of the workflows with. */
const MAPPINGS = ofSdk.resolve('source-map/lib/mappings.wasm');
const NATIVE = path.join(path.dirname(ofSdk.resolve('@temporalio/core-bridge')), 'releases');

/** What is prepared here, and found beside the code that uses it. */
const BESIDE: Replacements = {
  [path.join(PROJECT, 'workers/workflow-thread/sdk-script.ts')]: `
    import { fileURLToPath } from 'node:url';
    export const SDK_SCRIPT = fileURLToPath(new URL('./workflow-worker-thread.js', import.meta.url));`,
  [path.join(PROJECT, 'workers/workflow-bundle.ts')]: `
    import { fileURLToPath } from 'node:url';
    export const workflowBundle = async (_directory, { failureConverterPath }) =>
      fileURLToPath(new URL(failureConverterPath ? './workflows-encrypted.js' : './workflows.js', import.meta.url));`,
  // What bundles workflows would bring webpack along.
  [path.join(SDK, 'workflow/bundler.js')]: 'exports.defaultWorkflowInterceptorModules = [];',
};

/** The files of a worker: its handler is `lambda.handler`. */
export async function workerFiles(config: Replacements, architecture: Architecture): Promise<Files> {
  const [files, thread, [workflows, encrypted], mappings, native] = await Promise.all([
    bundle(
      [
        'workers/lambda.ts',
        'doctor/replay.ts',
        'tools/workspace/scan-thread.ts',
        'workers/workflow-thread/in-thread.ts',
        FAILURES,
      ],
      { ...config, ...BESIDE },
    ),
    threadOfWorkflows(),
    bundledWorkflows(),
    readFile(MAPPINGS),
    readFile(path.join(NATIVE, ARCHITECTURES[architecture], 'index.node')),
  ]);
  return (
    files
      .set('workflow-worker-thread.js', thread)
      .set('workflows.js', workflows)
      // With keys to encrypt with, which the function has and the zip has not.
      .set('workflows-encrypted.js', encrypted)
      .set('mappings.wasm', mappings)
      .set(`releases/${ARCHITECTURES[architecture]}/index.node`, native)
  );
}

/** The SDK's script in a thread of workflows. It is CommonJS, as the SDK's code that looks for it expects. */
async function threadOfWorkflows(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(SDK, 'workflow/workflow-worker-thread.js')],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function bundledWorkflows(): Promise<[plain: Uint8Array, encrypted: Uint8Array]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lambda-'));
  try {
    return [
      await readFile(await workflowBundle(folder, {})),
      await readFile(await workflowBundle(folder, { failureConverterPath: FAILURES })),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
