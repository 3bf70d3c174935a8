import { writeFile } from 'node:fs/promises';
import proto from '@temporalio/proto';
import { createMemoryStore } from '../../activities/memory-store.ts';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import type { Fact } from '../../contract/memory.ts';
import type { ConversationView } from '../../contract/signals.ts';
import type { Entry } from '../../contract/transcript.ts';
import type { Run } from '../../doctor/history.ts';
import { outside } from '../../gateway/events.ts';
import type { ListedSchedule } from '../../tools/schedules/schedule-store.ts';
import type { Terminal } from '../terminal.ts';
import { runsOf } from './executions.ts';
import { noConversation, type Open, readId, withConversations } from './open.ts';

/** All of a conversation, as it is written into a file. */
export interface Export {
  format: 'holdfast-conversation';
  conversation: string;
  /** ISO 8601. */
  exportedAt: string;
  /** Null if no worker could tell; the histories have all of it. */
  state: Omit<ConversationView, 'entries'> | null;
  transcript: Entry[];
  /** What is remembered of the conversation. */
  memory: Fact[];
  schedules: ListedSchedule[];
  /** Every run that Temporal still has, oldest first. */
  runs: ExportedRun[];
}

interface ExportedRun extends Run {
  /** Its history: enums by their names, bytes in base64. */
  events: object[];
}

const { History } = proto.temporal.api.history.v1;

const LONGEST_MS = 30 * 60_000;

/** `conversations export`: all of it as JSON, returned or written to a file that only its owner can read. Throws UserError and ConfigError. */
export async function exportConversation(
  env: NodeJS.ProcessEnv,
  given: string,
  { output, terminal }: { output?: string; terminal: Terminal },
): Promise<string> {
  const { workflowId } = readId(given);
  const exported = await withConversations(
    env,
    (open) => read(open, workflowId, terminal.progress),
    LONGEST_MS,
  );
  terminal.settle();
  const json = JSON.stringify(exported);
  if (output === undefined) return json;
  await writeFile(output, json, { mode: 0o600 });
  return `Exported ${workflowId} to ${output}: ${exported.transcript.length} entries, ${exported.runs.length} runs.`;
}

async function read(
  { client, conversations }: Open,
  workflowId: string,
  progress: Terminal['progress'],
): Promise<Export> {
  const listed = await runsOf(client, workflowId);
  if (listed.length === 0) throw noConversation(workflowId);
  const runs: Export['runs'] = [];
  for (const [index, { runId }] of listed.entries()) {
    progress(`Reading run ${index + 1} of ${listed.length}`, index / listed.length);
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const { events = [] } = History.toObject(History.fromObject(history), {
      longs: Number,
      enums: String,
      bytes: String,
    });
    runs.push({ workflowId, runId, events });
  }
  progress('Reading state, memory and schedules', 1);
  // A conversation that no worker can go on with is one whose histories are wanted.
  const whole = await conversations.readWhole(workflowId).catch(() => undefined);
  const { entries = [], ...state } = whole ?? {};
  return {
    format: 'holdfast-conversation',
    conversation: workflowId,
    exportedAt: new Date().toISOString(),
    state: whole ? (state as Export['state']) : null,
    transcript: entries.map(outside),
    memory: whole ? await memoryOf(client, workflowId) : [],
    schedules: await createScheduleStore(client).list(workflowId),
    runs,
  };
}

function memoryOf(client: Open['client'], workflowId: string): Promise<Fact[]> {
  return createMemoryStore(client).read(`conversation/${workflowId}`, AbortSignal.timeout(10_000));
}
