import { askTemporal } from '../../temporal/ask-temporal.ts';
import type { Terminal } from '../../terminal.ts';
import { importSessions, type Outcome, plan, type SessionReport } from './import-sessions.ts';
import { readSessions } from './read-sessions.ts';

export interface ImportHermesOptions {
  /** Of one of holdfast's platforms only. */
  platform?: string;
  /** Only say what would be done. */
  dryRun?: boolean;
}

/** How long all of it may take. */
const LONGEST_MS = 60 * 60_000;

/**
 * `import hermes`: begins a conversation for each session in the `state.db` of a Hermes gateway, with its transcript. Throws a
 * UserError.
 */
export async function importHermes(
  env: NodeJS.ProcessEnv,
  file: string,
  { platform, dryRun = false }: ImportHermesOptions,
  terminal: Terminal,
): Promise<SessionReport[]> {
  const isWanted = ({ report }: { report: SessionReport }) =>
    platform === undefined || report.conversation?.startsWith(`${platform}/`);
  const planned = plan(readSessions(file)).filter(isWanted);
  if (dryRun) return planned.map(({ report }) => report);
  const done: SessionReport[] = [];
  try {
    await askTemporal(
      env,
      async (client) => {
        for await (const report of importSessions(client, planned)) {
          done.push(report);
          terminal.progress(`${done.length} of ${planned.length} sessions`, done.length / planned.length);
        }
      },
      LONGEST_MS,
    );
  } finally {
    terminal.settle();
  }
  return done;
}

const WORDS: Record<Outcome, string> = {
  imported: 'imported',
  'as it is': 'is there already, and stays as it is',
  newer: 'not imported: somebody has used this place later, in another session',
  'no place': 'not imported: holdfast has no place like it',
  empty: 'not imported: nothing was said',
};

/** What was done, for people. */
export function importInWords(reports: readonly SessionReport[], dryRun: boolean): string {
  const count = reports.filter(({ outcome }) => outcome === 'imported').length;
  const sum = `${count} of ${reports.length} sessions ${dryRun ? 'would be' : 'were'} imported.`;
  return [...reports.map((report) => lineOf(report, dryRun)), sum].join('\n');
}

function lineOf(report: SessionReport, dryRun: boolean): string {
  const { session, conversation, outcome, turns = 0, omittedTurns = 0, lostParts = 0, isOpen } = report;
  const what = outcome === 'imported' && dryRun ? 'would be imported' : WORDS[outcome];
  const from = `${conversation ?? session}: ${what}`;
  if (outcome !== 'imported') return from;
  const notes = [
    `${turns} turns`,
    ...(omittedTurns > 0 ? [`without the oldest ${omittedTurns}, for which there is no room`] : []),
    ...(lostParts > 0 ? [`${lostParts} pictures or other parts left behind`] : []),
    ...(isOpen ? ['its last message was never answered'] : []),
  ];
  return `${from}, ${notes.join(', ')}`;
}
