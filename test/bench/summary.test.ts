import { expect, test } from 'vitest';
import type { Reading } from '../../bench/measures/reading.ts';
import { summarise } from '../../bench/report/summary.ts';

const reading = (figure: string, system: string, value: number): Reading => ({
  figure,
  system,
  unit: 'ms',
  value,
});

test('each round is compared with the bare workflow of the same round', () => {
  const { results } = summarise(
    [
      [reading('turn', 'holdfast', 50), reading('turn', 'bare', 100)],
      [reading('turn', 'holdfast', 90), reading('turn', 'bare', 300)],
      [reading('turn', 'holdfast', 70), reading('turn', 'bare', 100)],
    ],
    'development',
  );
  expect(results).toEqual([
    {
      figure: 'turn',
      system: 'holdfast',
      unit: 'ms',
      values: [50, 90, 70],
      median: 70,
      ratios: [0.5, 0.3, 0.7],
    },
    { figure: 'turn', system: 'bare', unit: 'ms', values: [100, 300, 100], median: 100, ratios: [1, 1, 1] },
  ]);
});

test('where the bare workflow has no such figure there is no ratio', () => {
  const { results } = summarise(
    [
      [reading('turn', 'holdfast', 50)],
      [reading('turn', 'holdfast', 60), reading('turn', 'bare', 120)],
      [reading('CPU', 'holdfast', 5), reading('turn', 'bare', 120)],
    ],
    'development',
  );
  const ratios = results.map(({ figure, system, ratios: own }) => [figure, system, own]);
  expect(ratios).toEqual([
    ['turn', 'holdfast', [0.5]],
    ['turn', 'bare', [1, 1]],
    ['CPU', 'holdfast', []],
  ]);
});
