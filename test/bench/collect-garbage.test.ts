import { afterEach, expect, it } from 'vitest';
import { collectGarbage, INSPECTABLE } from '../../bench/measures/collect-garbage.ts';
import { residentBytes } from '../../bench/measures/resident.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';

const MB = 1e6;
/** Garbage of 80 MB, which nobody asks Node to collect. */
const LITTERS = `const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--no-memory-reducer');
  const litter = () => Array.from({ length: 2000000 }, (_, index) => ({ index })).length;
  litter();
  console.log('ready');
  setInterval(() => {}, 1000);`;
const IN_THREAD = `new (require('node:worker_threads').Worker)(${JSON.stringify(LITTERS)}, { eval: true });`;

let child: Child | undefined;
afterEach(() => child?.kill());

it.skipIf(process.platform !== 'linux').each([
  ['the main thread', LITTERS],
  ['another thread', IN_THREAD],
])('garbage of %s is collected, and again', async (_, script) => {
  const litterer = new Child(process.execPath, ['-e', script], INSPECTABLE);
  child = litterer;
  await eventually(() => litterer.output.includes('ready'));
  const before = await residentBytes([litterer.pid]);
  await collectGarbage(litterer);
  await collectGarbage(litterer);
  expect(before - (await residentBytes([litterer.pid]))).toBeGreaterThan(40 * MB);
});
