import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { MEASURES } from '../../bench/measures/measures.ts';
import type { Summary } from '../../bench/report/summary.ts';
import { TARGETS } from '../../bench/report/targets.ts';
import { PROJECT } from '../support/build.ts';
import { Child } from '../support/child.ts';

test('npm run bench gives every figure of holdfast and of the bare workflow', async () => {
  const out = await mkdtemp(path.join(inject('scratch'), 'bench-'));
  const args = ['--rounds', '1', '--turns', '1', '--system', 'bare', '--idle', '200', '--out', out];
  const bench = new Child(process.execPath, [path.join(PROJECT, 'bench', 'bench.ts'), ...args], {
    ...process.env,
    TEMPORAL_CLI: inject('temporal'),
  });
  await bench.gone;
  expect(bench.exitCode, bench.output).toBe(0);
  const { results } = JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8')) as Summary;
  const figuresOf = (name: string) => results.filter(({ system }) => system === name);
  expect(figuresOf('holdfast').length, bench.output).toBeGreaterThanOrEqual(MEASURES.length);
  expect(figuresOf('bare').length, bench.output).toBeGreaterThanOrEqual(8);
  for (const { figure, system, values } of results) {
    expect(values, `${figure} of ${system}`).toHaveLength(1);
    expect(values[0], `${figure} of ${system}`).toBeGreaterThan(0);
  }
  const valueOf = (figure: string, name = 'holdfast') =>
    figuresOf(name).find((one) => one.figure === figure)?.values[0] ?? Number.NaN;
  for (const { figure } of TARGETS) expect(valueOf(figure), figure).toBeGreaterThan(0);
  expect(valueOf('acknowledged, to a bare signal-with-start')).toBeCloseTo(
    valueOf('acknowledged') / valueOf('acknowledged', 'signal-with-start'),
  );
  expect(await readFile(path.join(out, 'report.txt'), 'utf8')).toContain('turn, one after the other');
  expect(await readFile(path.join(out, 'report.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\s*$/s);
}, 300_000);
