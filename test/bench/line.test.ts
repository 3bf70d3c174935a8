import { describe, expect, it } from 'vitest';
import { lineThrough } from '../../bench/measures/line.ts';

describe('the line that is nearest to what was measured', () => {
  it('is the line itself where all lie on it', () => {
    const { atRest, each } = lineThrough([4, 8, 16].map((x) => [x, 30 + 12 * x]));
    expect(atRest).toBeCloseTo(30);
    expect(each).toBeCloseTo(12);
  });

  it('lies between those that do not', () => {
    const { atRest, each } = lineThrough([
      [0, 1],
      [0, 3],
      [10, 20],
      [10, 24],
    ]);
    expect(atRest).toBeCloseTo(2);
    expect(each).toBeCloseTo(2);
  });

  it('is refused where there is none', () => {
    for (const points of [
      [],
      [[4, 1]],
      [
        [4, 1],
        [4, 2],
      ],
    ] as [number, number][][])
      expect(() => lineThrough(points)).toThrow('two places');
  });
});
