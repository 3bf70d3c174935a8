import type { Violation } from '../check/violation.ts';
import type { Summary } from './summary.ts';

/** Violations that are told one by one. */
const MOST = 30;

const COLUMNS = ['strikes', 'kills', 'in work', 'lost', 'repeated', 'out of order', 'other', 'recovery'];

export function asText(summary: Summary, violations: readonly Violation[], folder: string): string {
  const { rows } = summary;
  const width = Math.max(...rows.map(({ instant }) => instant.length));
  const line = (name: string, cells: (string | number)[]) =>
    [
      name.padEnd(width),
      ...cells.map((cell, index) => String(cell).padStart(COLUMNS[index]?.length ?? 0)),
    ].join('  ');
  const table = rows.map((row) =>
    line(row.instant, [
      row.strikes,
      row.kills,
      row.inWork,
      row.lost,
      row.repeated,
      row.outOfOrder,
      row.other,
      row.medianRecoveryMs === null ? '' : `${(row.medianRecoveryMs / 1000).toFixed(1)} s`,
    ]),
  );
  const told = violations
    .slice(0, MOST)
    .map(({ what, conversation = '', token = '', detail }) => `${what}: ${conversation} ${token} ${detail}`);
  return [
    '',
    line('the instant', COLUMNS),
    ...table,
    '',
    `${summary.kills} kills in ${summary.strikes} faults; ${summary.messages} messages in ${summary.conversations} conversations,`,
    `${summary.turns} turns, ${summary.toolRuns} tool runs, ${summary.redeliveries} redeliveries, ${summary.replayedHistories} histories replayed`,
    ...(violations.length > 0 ? ['', ...told] : []),
    ...(violations.length > MOST ? [`… and ${violations.length - MOST} more`] : []),
    '',
    violations.length === 0
      ? 'Every promise was kept.'
      : `${violations.length} violations, seed ${summary.seed}; the conversations are in ${folder}`,
    `Report: ${folder}`,
  ].join('\n');
}
