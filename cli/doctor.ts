import type { Client } from '@temporalio/client';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { temporalConnectConfig } from '../config/temporal.ts';
import { checkUp } from '../doctor/check-up.ts';
import type { Finding } from '../doctor/finding.ts';
import { fix } from '../doctor/fix.ts';
import { createTrial } from '../doctor/trial.ts';
import { workflowBundle } from '../workers/workflow-bundle.ts';
import { askTemporal } from './temporal/ask-temporal.ts';

/** Each workflow is asked about, and each that fails is tried out several times. */
const LONGEST_MS = 30 * 60_000;

/** What the doctor says, and whether all is well. */
export interface Diagnosis {
  text: string;
  well: boolean;
}

type Shown = Finding & { link?: string; done?: string };

/** Finds what is stuck, and with `fix` has it go on; in words or as JSON. Throws UserError where Temporal cannot be asked, and ConfigError. */
export async function doctor(
  env: NodeJS.ProcessEnv,
  { json, fix: isToFix }: { json: boolean; fix: boolean },
): Promise<Diagnosis> {
  const environment = readEnvironment(env);
  const { HOLDFAST_HOME, TEMPORAL_UI_URL } = environment;
  const { queues } = await loadConfig(environment);
  const examine = async (client: Client) => {
    const { findings, failing, count } = await checkUp(client, queues);
    const shown: Shown[] = findings.map((finding) => withLink(finding, client, TEMPORAL_UI_URL));
    let left = shown.length;
    if (isToFix && failing.length > 0) {
      const trial = createTrial(
        await workflowBundle(`${HOLDFAST_HOME}/cache`, temporalConnectConfig().dataConverter),
      );
      for (const one of failing) {
        const { healed, text } = await fix(client, trial, one);
        const finding = shown.find(
          ({ workflow, kind }) => kind === 'workflow-failing' && workflow === one.workflowId,
        );
        if (finding) finding.done = text;
        if (healed) left -= 1;
      }
    }
    const text = json ? JSON.stringify({ workflows: count, findings: shown }) : inWords(shown, count);
    return { text, well: left === 0 };
  };
  return askTemporal(env, examine, LONGEST_MS);
}

function withLink(finding: Finding, { options }: Client, ui: string | undefined): Shown {
  if (ui === undefined || finding.workflow === undefined) return finding;
  const link = `${ui}/namespaces/${options.namespace}/workflows/${encodeURIComponent(finding.workflow)}`;
  return { ...finding, link };
}

function inWords(findings: Shown[], count: number): string {
  const looked = `Temporal answers; ${count} workflows were looked at.`;
  if (findings.length === 0) return `${looked} All is well.`;
  const paragraphs = findings.map(({ workflow, what, since, why, link, remedy, done }) =>
    [
      workflow === undefined ? what : `${workflow}: ${what}`,
      since && `  since ${since}`,
      why && `  why: ${why.replaceAll('\n', '\n  ')}`,
      link && `  ${link}`,
      done === undefined ? `  what to do: ${remedy}` : `  done: ${done}`,
    ]
      .filter(Boolean)
      .join('\n'),
  );
  return [looked, ...paragraphs].join('\n\n');
}
