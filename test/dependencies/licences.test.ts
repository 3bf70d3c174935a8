import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { foreignLicences } from './licences.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('everything that runs in production is under a licence that asks for no more than its notice', async () => {
  expect(await foreignLicences(ROOT)).toEqual([]);
});

it('a licence that asks for more is found, wherever it is told', async () => {
  const root = await mkdtemp(path.join(inject('scratch'), 'licences-'));
  const packages = {
    '': { license: 'GPL-3.0-only' },
    'node_modules/fine': { license: '(GPL-3.0-only OR MIT)' },
    'node_modules/only-tests': { license: 'GPL-3.0-only', dev: true },
    'node_modules/planted': { license: 'GPL-3.0-only' },
    'node_modules/a/node_modules/@scope/both': { license: 'MIT AND AGPL-3.0-or-later' },
    'node_modules/untold': {},
    'node_modules/told-inside': {},
    'node_modules/elsewhere': { optional: true },
    'node_modules/own-words': { license: 'SEE LICENSE IN LICENSE.md' },
  };
  await writeFile(path.join(root, 'package-lock.json'), JSON.stringify({ packages }));
  await mkdir(path.join(root, 'node_modules', 'told-inside'), { recursive: true });
  const manifest = path.join(root, 'node_modules', 'told-inside', 'package.json');
  await writeFile(manifest, '{"license":"LGPL-3.0-only"}');
  expect(await foreignLicences(root)).toEqual([
    'planted: GPL-3.0-only',
    '@scope/both: MIT AND AGPL-3.0-or-later',
    'untold: none',
    'told-inside: LGPL-3.0-only',
    'own-words: SEE LICENSE IN LICENSE.md',
  ]);
});
