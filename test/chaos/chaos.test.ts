import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { PROJECT } from '../support/build.ts';
import { runChaos } from './run-chaos.ts';

/** Another one each time, so that each run of the tests looks elsewhere; the report names it. */
const SEED = Math.floor(Math.random() * 2 ** 32);

test(`two minutes of the storm break no promise (seed ${SEED})`, async () => {
  const { exitCode, output, kills, turns, broken } = await runChaos({
    root: PROJECT,
    temporal: inject('temporal'),
    out: await mkdtemp(path.join(inject('scratch'), 'chaos-')),
    seed: SEED,
    args: { minutes: 2, settle: 300 },
  });
  expect(broken, output).toEqual([]);
  expect(exitCode, output).toBe(0);
  // As many as a busy machine manages too.
  expect(kills, output).toBeGreaterThan(15);
  expect(turns, output).toBeGreaterThan(60);
}, 600_000);
