import { median } from '../../bench/measures/reading.ts';
import type { Result, Summary } from '../../bench/report/summary.ts';

/** A result of holdfast, if nothing else is said. */
export function result(one: Pick<Result, 'figure' | 'values'> & Partial<Result>): Result {
  return { system: 'holdfast', unit: 'ms', median: median(one.values), ratios: [], ...one };
}

export function summaryOf(...results: Result[]): Summary {
  const machine = { processor: 'abacus', cores: 2, memoryGb: 8, node: 'v24.0.0' };
  return { at: '2026-11-29T10:00:00.000Z', server: 'development', machine, results };
}
