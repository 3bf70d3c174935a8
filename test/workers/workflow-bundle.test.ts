import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { PROJECT } from '../support/build.ts';

/** What a module keeps beside constants: variables, fields of classes themselves, collections that begin empty. */
const STATE = [
  /^(?:export )?(?:let|var)\b.*/m,
  /^\s+static (?!readonly\b)(?!#?\w+\().*/m,
  /^(?:export )?const .*= (?:new (?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\)|\[\]|\{\});/m,
];

it('loads what workflows import once for all of them', async () => {
  const code = await readFile(inject('workflowBundle'), 'utf8');
  const preloaded = /exports\.preloadModules = function preloadModules\(\) \{([^}]*)\}/.exec(code)?.[1];
  expect(preloaded).toContain('workflows/workflows.ts');
});

it.each(globSync('{contract,workflows}/**/*.ts', { cwd: PROJECT }))(
  '%s has no state, for all workflows of a process share it',
  async (file) => {
    const source = await readFile(path.join(PROJECT, file), 'utf8');
    expect(STATE.flatMap((state) => state.exec(source)?.[0] ?? [])).toEqual([]);
  },
);
