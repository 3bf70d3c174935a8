import { svgText as text } from '../../test/support/svg-text.ts';
import type { Summary } from './summary.ts';
import { short } from './text.ts';

const ROW = 20;
const GAP = 16;
const LEFT = 320;
const WIDTH = 980;
const TOP = 56;

/** The figures as bars, one group a figure; the longest bar of a group is its largest value. */
export function asPicture({ at, machine, results }: Summary): string {
  const figures = [...new Set(results.map(({ figure }) => figure))];
  const body: string[] = [];
  let y = TOP;
  for (const figure of figures) {
    const group = results.filter((result) => result.figure === figure);
    const most = Math.max(...group.map((result) => result.median));
    for (const [index, { system, median, unit }] of group.entries()) {
      const length = Math.max(1, (median / most) * (WIDTH - LEFT - 170));
      const fill = system === 'holdfast' ? '#2a7' : '#9ab';
      if (index === 0) body.push(text(LEFT - 110, y, figure, 'end'));
      body.push(text(LEFT - 8, y, system, 'end', '#666'));
      body.push(`<rect x="${LEFT}" y="${y - 12}" width="${length.toFixed(1)}" height="14" fill="${fill}"/>`);
      body.push(text(LEFT + length + 6, y, `${short(median)} ${unit}`));
      y += ROW;
    }
    y += GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    text(16, 28, `${at.slice(0, 10)}, ${machine.cores} cores, medians`),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}
