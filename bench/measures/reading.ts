/** One figure of one round. */
export interface Reading {
  figure: string;
  system: string;
  unit: 'ms' | 's' | 'MB' | 'kB' | 'bytes' | 'per second' | 'actions' | 'times';
  value: number;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that this share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
