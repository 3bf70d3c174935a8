import type { ConversationView } from '../../contract/signals.ts';
import { wordUsage } from '../../contract/usage.ts';
import { outside } from '../../gateway/events.ts';
import { printable } from '../printable.ts';
import { entryLine, timeOf } from './entry-line.ts';
import { noConversation, readId, withConversations } from './open.ts';

/** `conversations show`: state and transcript; with `json` as `GET /v1/conversations/{id}` answers. Throws UserError and ConfigError. */
export async function showConversation(
  env: NodeJS.ProcessEnv,
  given: string,
  json: boolean,
): Promise<string> {
  const { platform, workflowId } = readId(given);
  const seen = await withConversations(env, ({ conversations }) => conversations.readWhole(workflowId));
  if (!seen) throw noConversation(workflowId);
  const { entries, ...state } = seen;
  if (json) return JSON.stringify({ conversation: workflowId, ...state, transcript: entries.map(outside) });
  return [...stateLines(workflowId, state), '', ...entries.map((entry) => entryLine(entry, platform))].join(
    '\n',
  );
}

function stateLines(workflowId: string, state: Omit<ConversationView, 'entries'>): string[] {
  const { status, turns, waiting, running, approvals, tasks, usage } = state;
  return [
    `${workflowId}: ${status}, ${turns} turns, ${waiting} messages waiting, ${wordUsage(usage)}`,
    ...running.map(({ name }) => `  running: ${name}`),
    ...tasks.map(({ id, task, since }) => `  task ${id}, since ${timeOf(since)}: ${printable(task)}`),
    ...approvals.map(
      ({ id, tool, expiresAt }) => `  waits for approval ${id} of ${tool}, until ${timeOf(expiresAt)}`,
    ),
  ];
}
