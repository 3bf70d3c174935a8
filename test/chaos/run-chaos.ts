import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Child } from '../support/child.ts';
import type { Violation } from './check/violation.ts';
import type { Summary } from './report/summary.ts';

export interface ChaosOptions {
  /** Of the sources that are stormed. */
  root: string;
  /** Path of Temporal's command line. */
  temporal: string;
  /** A folder for the report. */
  out: string;
  seed: number;
  /** Further arguments, by their names. */
  args: Record<string, string | number>;
  /** The only faults. */
  instants?: string[];
}

/** Runs `npm run chaos` of these sources. `output` is for the message of a failure. */
export async function runChaos({ root, temporal, out, seed, args, instants = [] }: ChaosOptions) {
  const given = Object.entries({ ...args, seed, out }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const chaos = new Child(
    process.execPath,
    [
      path.join(root, 'test', 'chaos', 'chaos.ts'),
      ...given,
      ...instants.flatMap((name) => ['--instant', name]),
    ],
    { ...process.env, TEMPORAL_CLI: temporal },
  );
  await chaos.gone;
  const report = await readFile(path.join(out, `seed-${seed}`, 'report.json'), 'utf8').catch(() => '{}');
  const { broken = [], ...summary } = JSON.parse(report) as Partial<Summary> & { broken?: Violation[] };
  return { exitCode: chaos.exitCode, output: chaos.output, broken, ...summary };
}
