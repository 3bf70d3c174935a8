import { median } from '../measures/reading.ts';
import { FLOOR, type Result, type Server, type Summary } from './summary.ts';
import { TARGETS } from './targets.ts';
import { worseThan } from './worse.ts';

const SERVER: Record<Server, string> = {
  development: 'development server',
  cluster: 'production server on PostgreSQL',
};

/** The report for people: ratios first. */
export function asText(summary: Summary, before: Summary | undefined): string {
  const { at, server, machine, results } = summary;
  const figures = [...new Set(results.map(({ figure }) => figure))];
  const systems = [...new Set(results.map(({ system }) => system))];
  const cellOf = (figure: string, system: string) => {
    const result = results.find((one) => one.figure === figure && one.system === system);
    return result ? cell(result) : '';
  };
  const rows = figures.map((figure) => [figure].concat(systems.map((system) => cellOf(figure, system))));
  return [
    `${at.slice(0, 10)}, ${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, Temporal's ${SERVER[server]}`,
    `Each cell: × the ${FLOOR} workflow of the same round (median) · median of the rounds, from the least to the most`,
    '',
    ...asTable([['', ...systems], ...rows]),
    '',
    ...targetLines(summary),
    ...(before ? worseLines(before, summary) : []),
    '',
  ].join('\n');
}

function cell({ values, unit, ratios, system, median: middle }: Result): string {
  const range = values.length > 1 ? ` (${short(Math.min(...values))} to ${short(Math.max(...values))})` : '';
  const ratio = ratios.length > 0 && system !== FLOOR ? `× ${median(ratios).toFixed(2)} · ` : '';
  return `${ratio}${short(middle)} ${unit}${range}`;
}

export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function asTable(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function targetLines({ results }: Summary): string[] {
  return TARGETS.flatMap(({ figure, most, least, of }) => {
    const result = results.find((one) => one.figure === figure && one.system === 'holdfast');
    if (!result || (of === 'ratio' && result.ratios.length === 0)) return [];
    const value = of === 'ratio' ? median(result.ratios) : result.median;
    const isMet = value <= (most ?? Infinity) && value >= (least ?? -Infinity);
    const wanted = most === undefined ? `at least ${least}` : `at most ${most}`;
    const unit = of === 'ratio' ? `× ${FLOOR}` : result.unit;
    return [`${isMet ? 'met   ' : 'MISSED'}  ${figure}: ${value.toFixed(2)} ${unit}, wanted ${wanted}`];
  });
}

function worseLines(before: Summary, now: Summary): string[] {
  const worse = worseThan(before, now);
  if (worse.length === 0)
    return ['', `Nothing is worse than on ${before.at.slice(0, 10)} by more than the noise of both.`];
  return [
    '',
    ...worse.map(
      ({ figure, before: was, now: is, asRatio }) =>
        `WORSE than on ${before.at.slice(0, 10)}: ${figure}: ${was.toFixed(2)} → ${is.toFixed(2)}${asRatio ? ` × ${FLOOR}` : ''}`,
    ),
  ];
}
