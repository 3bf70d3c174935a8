import { describe, expect, test } from 'vitest';
import { worseThan } from '../../bench/report/worse.ts';
import { result, summaryOf } from './results.ts';

describe('a figure that is better when it is low', () => {
  const before = summaryOf(result({ figure: 'turn', values: [90, 110, 100] }));

  test('is worse when every round is worse than every round before', () => {
    const now = summaryOf(result({ figure: 'turn', values: [140, 111, 130] }));
    expect(worseThan(before, now)).toEqual([{ figure: 'turn', before: 100, now: 130, asRatio: false }]);
  });

  test.each([
    ['one round is within the noise', [140, 109, 130]],
    ['it is as bad as the worst of then', [110, 110, 110]],
    ['it is better', [50, 50, 50]],
  ])('is not when %s', (_, values) => {
    expect(worseThan(before, summaryOf(result({ figure: 'turn', values })))).toEqual([]);
  });
});

describe('a figure that is better when it is high', () => {
  const turns = (...values: number[]) => summaryOf(result({ figure: 'turns', unit: 'per second', values }));

  test('is worse when it is lower', () => {
    expect(worseThan(turns(10, 12), turns(8, 9))).toMatchObject([{ figure: 'turns', before: 11, now: 8.5 }]);
  });

  test.each([
    ['one round is within the noise', [8, 11]],
    ['it is higher', [20, 21]],
  ])('is not when %s', (_, values) => {
    expect(worseThan(turns(10, 12), turns(...values))).toEqual([]);
  });
});

test('ratios are compared where both have some, for a slower machine is no change', () => {
  const before = summaryOf(result({ figure: 'turn', values: [100], ratios: [0.5] }));
  const slower = summaryOf(result({ figure: 'turn', values: [200], ratios: [0.5] }));
  const worse = summaryOf(result({ figure: 'turn', values: [100], ratios: [0.6] }));
  expect(worseThan(before, slower)).toEqual([]);
  expect(worseThan(before, worse)).toEqual([{ figure: 'turn', before: 0.5, now: 0.6, asRatio: true }]);
});

test('what other systems do, and what was not measured before, is no matter', () => {
  const before = summaryOf(result({ figure: 'turn', system: 'dbos', values: [1] }));
  const now = summaryOf(
    result({ figure: 'turn', system: 'dbos', values: [9] }),
    result({ figure: 'turn', values: [9] }),
  );
  expect(worseThan(before, now)).toEqual([]);
});
