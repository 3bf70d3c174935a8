import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Files } from './files.ts';
import { type Replacements, replaced } from './replaced.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What libraries that are CommonJS find where they look for it. */
const COMMON_JS = [
  `import { createRequire as $createRequire } from 'node:module'`,
  `import { dirname as $dirname } from 'node:path'`,
  `import { fileURLToPath as $fileURLToPath } from 'node:url'`,
  'const require = $createRequire(import.meta.url)',
  'const __filename = $fileURLToPath(import.meta.url)',
  'const __dirname = $dirname(__filename)',
].join('; ');

/** Libraries that others use if they are there. */
const OPTIONAL = ['@aws-lambda-powertools/logger', 'bufferutil', 'utf-8-validate', 'zlib-sync'];

/** Has what is loaded by its path, as are scripts of a thread or process of their own, found where it is then: each is an entry point of the bundle. */
const scriptsBeside: Plugin = {
  name: 'scripts-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes('node_modules')) return undefined;
      const code = await readFile(file, 'utf8');
      const contents = code.replace(
        /new URL\('\.{1,2}\/(?:[\w-]+\/)*([\w-]+)\.ts', import\.meta\.url\)/g,
        (_, name) => `new URL('./${name}.mjs', import.meta.url)`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Bundles these modules with all that they import: for Node, as modules that share what they have in common, so that what is imported
 * later is also loaded later. All files are in one folder, each entry point by its own name. Throws if it does not succeed.
 */
export async function bundle(entryPoints: string[], replacements: Replacements = {}): Promise<Files> {
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints,
    entryNames: '[name]',
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // Names of classes and functions are told in errors, and at Temporal.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: COMMON_JS },
    external: OPTIONAL,
    alias: { holdfast: path.join(PROJECT, 'index.ts') },
    // A config file elsewhere finds here what it has not installed itself.
    nodePaths: [path.join(PROJECT, 'node_modules')],
    plugins: [replaced(replacements), scriptsBeside],
    logLevel: 'error',
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
}
