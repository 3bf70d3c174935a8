import { expect, it } from 'vitest';
import { MOST_COMMANDS, PACE_WINDOW, Pace } from '../../workflows/access/pace.ts';

it('lets each sender give so many commands in a while, also in the next run', () => {
  const pace = new Pace([]);
  const give = (by: string, times: number, at: number, from = pace) =>
    Array.from({ length: times }, () => from.isBeyond(by, at)).filter(Boolean).length;
  expect(give('a', MOST_COMMANDS, 0)).toBe(0);
  expect(give('a', 5, PACE_WINDOW - 1)).toBe(5);
  expect(give('b', 1, PACE_WINDOW - 1)).toBe(0);
  const next = new Pace(structuredClone(pace.stateAt(PACE_WINDOW - 1)));
  expect(give('a', 1, PACE_WINDOW - 1, next)).toBe(1);
  expect(give('a', MOST_COMMANDS + 1, PACE_WINDOW, next)).toBe(1);
  expect(next.stateAt(3 * PACE_WINDOW)).toEqual([]);
});
