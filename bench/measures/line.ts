/** A straight line: y = atRest + each × x. */
export interface Line {
  atRest: number;
  each: number;
}

/** The line that is nearest to the points, by least squares. Throws where they are fewer than two places. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = mean((point) => (point[0] - x) ** 2);
  if (!(spread > 0)) throw new Error('a line needs points at two places');
  const each = mean((point) => (point[0] - x) * (point[1] - y)) / spread;
  return { atRest: y - each * x, each };
}
