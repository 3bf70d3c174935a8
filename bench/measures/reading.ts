/** One figure of one round. */
export interface Reading {
  figure: string;
  system: string;
  unit: 'ms' | 's' | 'MB' | 'kB' | 'bytes' | 'per second' | 'actions' | 'times';
  value: number;
  /** It may be 0: it is a difference, or less than the clock's tick. */
  mayBeZero?: true;
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The smallest value that this share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
