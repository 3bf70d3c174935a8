import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { createTemporalClient } from '../../config/temporal.ts';
import { continued, type HistoryEvent, isType, plain, type Run, readHistory } from '../../doctor/history.ts';
import { runsOf } from '../conversations/executions.ts';
import type { Export } from '../conversations/export.ts';
import { noConversation, readId } from '../conversations/open.ts';
import { askTemporal } from '../temporal/ask-temporal.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';

/** A run with its history, which ends with a task that has just begun if the run goes on. */
export interface RecordedRun extends Run {
  events: HistoryEvent[];
}

const LONGEST_MS = 30 * 60_000;

/** The runs in an exported file, or of a conversation as Temporal has them, oldest first. Throws UserError. */
export async function readRuns(
  env: NodeJS.ProcessEnv,
  source: string,
  terminal: Terminal,
): Promise<RecordedRun[]> {
  return existsSync(source) ? runsInFile(source) : runsAtTemporal(env, source, terminal);
}

async function runsInFile(file: string): Promise<RecordedRun[]> {
  const { format, runs } = await readFile(file, 'utf8')
    .then((text) => JSON.parse(text) as Partial<Export>)
    .catch((error: Error) => {
      throw new UserError(`${file} cannot be read: ${error.message}`);
    });
  if (format !== 'holdfast-conversation' || !runs?.length)
    throw new UserError(`${file} is not what \`holdfast conversations export\` writes, or has no run in it.`);
  // It only writes events: nothing is asked of Temporal.
  const client = createTemporalClient();
  return Promise.all(runs.map((run) => recorded(client, run, plain(run))));
}

async function runsAtTemporal(
  env: NodeJS.ProcessEnv,
  source: string,
  terminal: Terminal,
): Promise<RecordedRun[]> {
  const { workflowId } = readId(source);
  const read = async (client: Client) => {
    const listed = await runsOf(client, workflowId);
    const runs: RecordedRun[] = [];
    for (const [index, run] of listed.entries()) {
      terminal.progress(`Reading run ${index + 1} of ${listed.length}`, index / listed.length);
      runs.push(await recorded(client, run, await readHistory(client, run)));
    }
    return runs;
  };
  const runs = await askTemporal(env, read, LONGEST_MS);
  if (runs.length === 0) throw noConversation(workflowId);
  return runs;
}

/** As a worker would see it: what nobody has worked on yet belongs to it. */
async function recorded(
  client: Client,
  { workflowId, runId }: Run,
  events: HistoryEvent[],
): Promise<RecordedRun> {
  return { workflowId, runId, events: hasEnded(events) ? events : await continued(client, events) };
}

function hasEnded(events: HistoryEvent[]): boolean {
  const ends = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELED', 'TERMINATED', 'CONTINUED_AS_NEW'];
  return ends.some((end) => isType(events.at(-1), `WORKFLOW_EXECUTION_${end}`));
}
