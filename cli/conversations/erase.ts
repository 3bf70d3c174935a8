import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError, type WorkflowExecutionInfo } from '@temporalio/client';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import { readEnvironment } from '../../config/environment.ts';
import type { MemoryOwner } from '../../contract/memory.ts';
import { askTemporal } from '../temporal/ask-temporal.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';
import { emptyJournal } from './empty-journal.ts';
import { noConversation, readId } from './open.ts';
import { peopleIn } from './people.ts';
import { type Remains, remainsOf } from './remains.ts';
import { KINDS, type Kind, type Traces, tracesOf } from './traces.ts';

export interface EraseOptions {
  /** Also what is remembered of the people who wrote there, in all conversations. */
  people: boolean;
  /** Asks before anything is done. */
  confirm(question: string): Promise<boolean>;
  terminal: Terminal;
}

export interface Erased {
  conversation: string;
  /** Runs of workflows of each kind, and schedules. */
  removed: Record<Kind, number>;
  remains: Remains;
}

const LONGEST_MS = 30 * 60_000;
/** How long Temporal may take to delete: it does so in the background. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 200;
/** gRPC's status of what is not there (any more). */
const NOT_FOUND = 5;

const IN_WORDS: Record<Kind, string> = {
  schedule: 'schedules',
  due: 'runs of schedules',
  task: 'tasks',
  conversation: 'runs of the conversation',
  memory: 'runs of memories',
};

/**
 * `conversations erase`: takes all that Temporal has of a conversation away, whatever runs. Killed in the middle, it can be given again.
 * Undefined if it was not confirmed. Throws UserError.
 */
export async function eraseConversation(
  env: NodeJS.ProcessEnv,
  given: string,
  { people, confirm, terminal }: EraseOptions,
): Promise<Erased | undefined> {
  const { workflowId, platform } = readId(given);
  const erase = async (client: Client) => {
    const own: MemoryOwner[] = [`conversation/${workflowId}`];
    const { conversation } = await tracesOf(client, workflowId, own);
    const persons = await peopleIn(client, platform, conversation);
    const owners = people ? [...own, ...persons.map((person) => `person/${person}` as const)] : own;
    const traces = await tracesOf(client, workflowId, owners);
    if (all(traces).length === 0) throw noConversation(workflowId);
    const removed = counted(traces);
    if (!(await confirm(`Erase ${workflowId}: ${inWords(removed)}? This cannot be undone.`)))
      return undefined;
    await removeAll(client, workflowId, owners, terminal);
    await emptyJournal(readEnvironment(env).HOLDFAST_HOME);
    const remains = await remainsOf(client, { platform, persons: people ? [] : persons });
    return { conversation: workflowId, removed, remains };
  };
  return askTemporal(env, erase, LONGEST_MS);
}

export function erasedInWords({ conversation, removed, remains }: Erased): string {
  const lines = remains.map((line) => `  - ${line}`);
  return [`Erased ${conversation}: ${inWords(removed)}.`, 'What remains elsewhere:', ...lines].join('\n');
}

/** Until Temporal has nothing of it any more: what ran may have begun something meanwhile. */
async function removeAll(
  client: Client,
  workflowId: string,
  owners: MemoryOwner[],
  terminal: Terminal,
): Promise<void> {
  const store = createScheduleStore(client);
  const end = Date.now() + PATIENCE_MS;
  const known = new Map<string, WorkflowExecutionInfo>();
  for (;;) {
    for (const schedule of await store.list(workflowId)) await store.remove(schedule);
    const listed = all(await tracesOf(client, workflowId, owners));
    for (const run of listed) known.set(run.runId, run);
    let left = 0;
    for (const run of known.values()) if (await remove(client, run)) left += 1;
    if (left + listed.length === 0) break;
    terminal.progress(`Erasing: ${left} of ${known.size} runs left`, 1 - left / known.size);
    if (Date.now() > end)
      throw new UserError(`Temporal has not deleted ${left} runs yet. Give the command again to go on.`);
    await sleep(PAUSE_MS);
  }
  terminal.settle();
}

/** Has Temporal delete a run, which it first terminates if need be; false if it is not there any more. */
async function remove(client: Client, { workflowId, runId }: WorkflowExecutionInfo): Promise<boolean> {
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    });
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return false;
    throw error;
  }
}

function all(traces: Traces): WorkflowExecutionInfo[] {
  return KINDS.flatMap((kind) => traces[kind]);
}

function counted(traces: Traces): Record<Kind, number> {
  return Object.fromEntries(KINDS.map((kind) => [kind, traces[kind].length])) as Record<Kind, number>;
}

function inWords(removed: Record<Kind, number>): string {
  return KINDS.filter((kind) => removed[kind] > 0)
    .map((kind) => `${removed[kind]} ${IN_WORDS[kind]}`)
    .join(', ');
}
