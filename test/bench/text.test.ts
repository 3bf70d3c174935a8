import { describe, expect, test } from 'vitest';
import { TARGETS } from '../../bench/report/targets.ts';
import { asText } from '../../bench/report/text.ts';
import { result, summaryOf } from './results.ts';

describe.each(TARGETS)('the target of "$figure"', ({ figure, most = Infinity, least = -Infinity }) => {
  const limit = Number.isFinite(most) ? most : least;
  const lineFor = (value: number) =>
    asText(summaryOf(result({ figure, values: [value], ratios: [value] })), undefined)
      .split('\n')
      .find((line) => line.includes(`${figure}: `));

  test('is met at its limit', () => {
    expect(lineFor(limit)).toMatch(/^met /);
  });

  test('says MISSED beyond it', () => {
    expect(lineFor(limit === most ? limit + 1 : limit - 1)).toMatch(/^MISSED /);
  });
});

test('a target by the ratio is not told of where there is none', () => {
  const { figure = '' } = TARGETS.find(({ of }) => of === 'ratio') ?? {};
  expect(asText(summaryOf(result({ figure, values: [1], ratios: [] })), undefined)).not.toMatch(/met|MISSED/);
});

test('a cell has the ratio to the bare workflow, the median and the range; the bare workflow has no ratio', () => {
  const text = asText(
    summaryOf(
      result({ figure: 'turn', values: [40, 60, 50], ratios: [0.5, 0.6, 0.7] }),
      result({ figure: 'turn', system: 'bare', values: [100], ratios: [1] }),
    ),
    undefined,
  );
  expect(text).toContain('× 0.60 · 50.0 ms (40.0 to 60.0)');
  expect(text).toMatch(/ {2}100 ms$/m);
});

test('what is worse than in the committed results is told, and that nothing is', () => {
  const before = summaryOf(result({ figure: 'turn', values: [100] }));
  const worse = summaryOf(result({ figure: 'turn', values: [150] }));
  expect(asText(worse, before)).toContain('WORSE than on 2026-11-29: turn: 100.00 → 150.00');
  expect(asText(before, before)).toContain('Nothing is worse than on 2026-11-29');
  expect(asText(before, undefined)).not.toMatch(/worse/i);
});
