import { timeOf } from '../conversations/entry-line.ts';
import { withConversations } from '../conversations/open.ts';
import { printable } from '../printable.ts';
import { type Waiting, waiting } from './pending.ts';

const LONGEST_MS = 5 * 60_000;

/** `approvals list`: what waits for an approver, in words or as JSON. Throws UserError and ConfigError. */
export async function listApprovals(env: NodeJS.ProcessEnv, json: boolean): Promise<string> {
  const all = await withConversations(env, waiting, LONGEST_MS);
  if (json) return JSON.stringify(all);
  return all.length === 0 ? 'Nothing waits for approval.' : all.map(inLines).join('\n\n');
}

function inLines({ id, conversation, task, shown, expiresAt }: Waiting): string {
  const where = task === undefined ? conversation : `${conversation}, task ${task}`;
  return `${id}  ${printable(where)}, until ${timeOf(expiresAt)} UTC\n  ${printable(shown).replaceAll('\n', '\n  ')}`;
}
