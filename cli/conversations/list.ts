import type { ListedConversation } from '../../gateway/listed-conversation.ts';
import { printable } from '../printable.ts';
import { table } from '../table.ts';
import { withConversations } from './open.ts';

export interface ListOptions {
  platform?: string;
  status?: string;
  limit: number;
  json?: true;
}

/** `conversations list`: the running ones, newest first. Throws UserError and ConfigError. */
export async function listConversations(
  env: NodeJS.ProcessEnv,
  { json, ...filter }: ListOptions,
): Promise<string> {
  const listed = await withConversations(env, ({ conversations }) => conversations.list(filter));
  if (json) return JSON.stringify(listed);
  if (listed.length === 0) return 'There are no such conversations.';
  return table(listed.map(rowOf));
}

function rowOf({ conversation, status, turns, started }: ListedConversation): string[] {
  const at = started.slice(0, 19).replace('T', ' ');
  return [printable(conversation), status, `${turns} ${turns === 1 ? 'turn' : 'turns'}`, `run since ${at}`];
}
