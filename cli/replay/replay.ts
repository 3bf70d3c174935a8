import { readEnvironment } from '../../config/environment.ts';
import { temporalConnectConfig } from '../../config/temporal.ts';
import { createTrial, type Verdict } from '../../doctor/trial.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import type { Terminal } from '../terminal.ts';
import { readRuns } from './read-runs.ts';

/** How each run went with the workflow code of this version. */
export interface Replayed {
  runs: ({ workflowId: string; runId: string; events: number } & Verdict)[];
}

/** `replay`: runs the histories of a conversation, or of an exported one, through the workflow code of this version. Throws UserError. */
export async function replay(env: NodeJS.ProcessEnv, source: string, terminal: Terminal): Promise<Replayed> {
  const recorded = await readRuns(env, source, terminal);
  terminal.progress('Bundling the workflow code');
  const trial = createTrial(
    await workflowBundle(
      `${readEnvironment(env).HOLDFAST_HOME}/cache`,
      temporalConnectConfig(env).dataConverter,
    ),
  );
  const runs: Replayed['runs'] = [];
  for (const [index, { workflowId, runId, events }] of recorded.entries()) {
    terminal.progress(`Replaying run ${index + 1} of ${recorded.length}`, index / recorded.length);
    runs.push({ workflowId, runId, events: events.length, ...(await trial(workflowId, events)) });
  }
  terminal.settle();
  return { runs };
}

export function passes({ runs }: Replayed): boolean {
  return runs.every(({ outcome }) => outcome === 'passes');
}

export function replayedInWords({ runs }: Replayed): string {
  const words: Record<Verdict['outcome'], string> = {
    passes: 'OK: this version does what the history tells',
    differs: 'this version does something else than the history tells',
    fails: 'this version fails',
    dies: 'this version takes its process down',
  };
  return runs
    .map(({ workflowId, runId, events, outcome, reason }) => {
      const why = reason === undefined ? '' : `\n  ${reason.replaceAll('\n', '\n  ')}`;
      return `${workflowId}, run ${runId}, ${events} events: ${words[outcome]}${why}`;
    })
    .join('\n');
}
