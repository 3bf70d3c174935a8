import { globSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readEnvironment } from '../../config/environment.ts';
import { FAILURES } from '../../encryption/data-converter.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';

/** Makes what the first start of each role would make: the bundle of workflows, and compiled code (NODE_COMPILE_CACHE). */
const project = fileURLToPath(new URL('../..', import.meta.url));

/** Modules that are imported early or late by gateways, workers and listeners, and start nothing. */
const modules = globSync(
  [
    'gateway/{create-gateway,conversations}.ts',
    'gateway/web-chat/web-chat.ts',
    'models/**/*.ts',
    'platforms/**/*.ts',
    'workers/run-worker.ts',
  ],
  { cwd: project },
);
for (const module of modules) await import(pathToFileURL(path.join(project, module)).href);
const cache = path.join(readEnvironment().HOLDFAST_HOME, 'cache');
// Whether a container has keys to encrypt with is known when it starts.
for (const converter of [{}, { failureConverterPath: FAILURES }]) await workflowBundle(cache, converter);
flushCompileCache();
process.exit(0);
