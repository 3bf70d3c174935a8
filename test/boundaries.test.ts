import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, inject, it } from 'vitest';
// @ts-expect-error: plain JavaScript, as its tool wants it
import config from '../.dependency-cruiser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function cruiseTree(baseDir: string): Promise<ICruiseResult> {
  const { options, ...rules } = config;
  const { output } = await cruise(['.'], { ...options, baseDir, ruleSet: rules, validate: true });
  return output as ICruiseResult;
}

/** The check of who may import whom, and that it sees the modules at all: a cruise over nothing finds no violation. */
describe('import boundaries', () => {
  it('hold in the tree, whose TypeScript is read', async () => {
    const { modules, summary } = await cruiseTree(root);
    expect(summary.violations).toEqual([]);
    const entity = modules.find(({ source }) => source === 'workflows/entity.ts');
    expect(entity?.dependencies.map(({ resolved }) => resolved)).toContain('contract/signals.ts');
    expect(modules.filter(({ source }) => source.endsWith('.ts')).length).toBeGreaterThan(100);
  });

  it('catch an import that points up, one that is not deterministic, and a workflow that imports an activity', async () => {
    const tree = await mkdtemp(path.join(inject('scratch'), 'tree-'));
    const files = {
      'config/environment.ts': 'export const environment = 1;',
      'contract/up.ts': `export { environment } from '../config/environment.ts';`,
      'workflows/reads.ts': `export { readFile } from 'node:fs/promises';`,
      'workflows/acts.ts': `export { act } from '../activities/act.ts';`,
      'workflows/knows.ts': `export type { Act } from '../activities/act.ts';`,
      'activities/act.ts': 'export const act = 1;\nexport type Act = number;',
    };
    for (const [name, code] of Object.entries(files)) {
      await mkdir(path.join(tree, path.dirname(name)), { recursive: true });
      await writeFile(path.join(tree, name), `${code}\n`);
    }
    const { summary } = await cruiseTree(tree);
    const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
    expect(found.toSorted()).toEqual([
      'contract/up.ts: contract-imports-only-itself',
      'workflows/acts.ts: workflows-are-deterministic',
      'workflows/acts.ts: workflows-imports-only-contract',
      'workflows/reads.ts: workflows-are-deterministic',
    ]);
  });
});
