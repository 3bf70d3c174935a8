import { median } from '../measures/reading.ts';
import type { Result, Summary } from './summary.ts';

/** A figure of holdfast that got worse. */
export interface Worse {
  figure: string;
  before: number;
  now: number;
  /** Both are ratios to the floor, or both are in the figure's unit. */
  asRatio: boolean;
}

/**
 * What of holdfast is worse than before, by more than the noise of both: every round of now is worse than every round of then.
 * Ratios are compared where there are some, because machines differ.
 */
export function worseThan(before: Summary, now: Summary): Worse[] {
  return now.results
    .filter(({ system }) => system === 'holdfast')
    .flatMap((result) => {
      const old = before.results.find(
        ({ figure, system }) => figure === result.figure && system === 'holdfast',
      );
      if (!old) return [];
      const asRatio = result.ratios.length > 0 && old.ratios.length > 0;
      const [was, is] = asRatio ? [old.ratios, result.ratios] : [old.values, result.values];
      const isWorse = isBetterHigh(result)
        ? Math.max(...is) < Math.min(...was)
        : Math.min(...is) > Math.max(...was);
      return isWorse ? [{ figure: result.figure, before: median(was), now: median(is), asRatio }] : [];
    });
}

function isBetterHigh({ unit }: Result): boolean {
  return unit === 'per second';
}
