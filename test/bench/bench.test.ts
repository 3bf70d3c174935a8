import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { VARIANTS } from '../../bench/holdfast/variants.ts';
import { MEASURES } from '../../bench/measures/measures.ts';
import type { Result, Summary } from '../../bench/report/summary.ts';
import { TARGETS } from '../../bench/report/targets.ts';
import { World } from '../../bench/world.ts';
import { readEnvironment } from '../../config/environment.ts';
import { PROJECT } from '../support/build.ts';
import { Child } from '../support/child.ts';
import { missingOfCluster } from '../support/missing-of-cluster.ts';

/** Runs it once, with as little as there is of everything; returns the folder of its report. */
async function bench(...args: string[]): Promise<{ out: string; output: string; results: Result[] }> {
  const out = await mkdtemp(path.join(inject('scratch'), 'bench-'));
  const least = ['--rounds', '1', '--turns', '1', '--idle', '2', '--system', 'bare', '--out', out];
  const run = new Child(process.execPath, [path.join(PROJECT, 'bench', 'bench.ts'), ...least, ...args], {
    ...process.env,
    TEMPORAL_CLI: inject('temporal'),
  });
  await run.gone;
  expect(run.exitCode, run.output).toBe(0);
  const { results } = JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8')) as Summary;
  return { out, output: run.output, results };
}

test('npm run bench gives every figure of holdfast and of the bare workflow', async () => {
  const { out, output, results } = await bench();
  const figuresOf = (name: string) => results.filter(({ system }) => system === name);
  expect(figuresOf('holdfast').length, output).toBeGreaterThanOrEqual(MEASURES.length);
  expect(figuresOf('bare').length, output).toBeGreaterThanOrEqual(8);
  for (const { figure, system, values } of results) {
    expect(values, `${figure} of ${system}`).toHaveLength(1);
    // What a process has given back may be more than what so few conversations add, and CPU time be less than a tick of its clock.
    if (!/^memory .*(?:add|cached)|CPU of a turn/.test(figure))
      expect(values[0], `${figure} of ${system}`).toBeGreaterThan(0);
  }
  const valueOf = (figure: string, name = 'holdfast') =>
    figuresOf(name).find((one) => one.figure === figure)?.values[0] ?? Number.NaN;
  expect(TARGETS.filter(({ figure }) => Number.isNaN(valueOf(figure)))).toEqual([]);
  expect(valueOf('acknowledged, to a bare signal-with-start')).toBeCloseTo(
    valueOf('acknowledged') / valueOf('acknowledged', 'signal-with-start'),
  );
  expect(await readFile(path.join(out, 'report.txt'), 'utf8')).toContain('turn, one after the other');
  expect(await readFile(path.join(out, 'report.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\s*$/s);
}, 300_000);

test('what may be on beside is measured if it is asked for', async () => {
  const world = await World.open();
  for (const [name, variables] of Object.entries(VARIANTS))
    expect(readEnvironment(variables(world)), name).not.toEqual(readEnvironment({}));
  await world.close();
  const wanted = Object.keys(VARIANTS);
  const { results } = await bench(...wanted.flatMap((name) => ['--system', name]), '--measure', 'latency');
  const systems = new Set(results.map(({ system }) => system));
  expect([...systems].toSorted()).toEqual(['bare', 'holdfast', ...wanted].toSorted());
}, 120_000);

const missing = await missingOfCluster(inject('scratch'));

test.skipIf(missing)(
  `the same on a cluster${missing ? ` (${missing})` : ''}`,
  async () => {
    const measures = ['throughput', 'recovery', 'cold-start'].flatMap((name) => ['--measure', name]);
    const { out, results } = await bench('--server', 'cluster', ...measures);
    const figures = results.filter(({ system }) => system === 'holdfast').map(({ figure }) => figure);
    expect(figures).toEqual(
      expect.arrayContaining([
        ...['postgresql', 'frontend', 'history-1', 'history-2', 'matching', 'internal-worker'].map(ofTurn),
        ...['gateway-1', 'gateway-2', 'worker-conversation', 'worker-model'].map(ofTurn),
        'worker killed → interrupted tools run again',
        'worker started → first progress on a waiting message',
      ]),
    );
    expect(await readFile(path.join(out, 'report.txt'), 'utf8')).toContain('production server on PostgreSQL');
  },
  600_000,
);

function ofTurn(name: string): string {
  return `CPU of a turn: ${name}`;
}
