import { svgText as text } from '../../support/svg-text.ts';
import type { Summary } from './summary.ts';

const ROW = 24;
const LEFT = 470;
const WIDTH = 980;
const TOP = 84;

/** The table as an SVG: each instant with its kills, its violations, and the median recovery as a bar. */
export function asPicture({ rows, kills, turns, seed, violations }: Summary): string {
  const longest = Math.max(1, ...rows.map(({ medianRecoveryMs }) => medianRecoveryMs ?? 0));
  const scale = (WIDTH - LEFT - 190) / longest;
  const body = rows.map((row, index) => {
    const y = TOP + index * ROW;
    const broken = row.lost + row.repeated + row.outOfOrder + row.other;
    const recovery = row.medianRecoveryMs;
    return [
      text(LEFT - 12, y, row.instant, 'end'),
      text(LEFT + 34, y, String(row.kills), 'end'),
      text(LEFT + 100, y, String(broken), 'end', broken > 0 ? '#c22' : '#282'),
      ...(recovery === null
        ? []
        : [
            `<rect x="${LEFT + 116}" y="${y - 12}" width="${(recovery * scale).toFixed(1)}" height="14" fill="#69c"/>`,
            text(LEFT + 122 + recovery * scale, y, `${(recovery / 1000).toFixed(1)} s`),
          ]),
    ].join('');
  });
  const height = TOP + rows.length * ROW + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="14">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(16, 28, `${kills} kills, ${turns} turns, ${violations} violations (seed ${seed})`),
    text(LEFT + 34, TOP - 26, 'kills', 'end', '#666'),
    text(LEFT + 100, TOP - 26, 'violated', 'end', '#666'),
    text(LEFT + 116, TOP - 26, 'median time from the fault to the whole answer', 'start', '#666'),
    ...body,
    '</svg>',
  ].join('\n');
}
