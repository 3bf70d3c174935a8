import { hasRole } from '../../contract/access.ts';
import type { Grant } from '../../contract/approval.ts';
import { listGrants, revokeGrant } from '../activities.ts';
import { covered } from '../approvals/approval-words.ts';
import type { Handler } from './handler.ts';

/** `/approvals`: what was approved for longer than one call, and how to take it back. */
export const approvals: Handler = async ({ argument, access }, { approvals: here }) => {
  if (!hasRole(access.role, 'approver')) return 'Only an approver can see and change that.';
  const [word, id, ...more] = argument.split(/\s+/).filter(Boolean);
  if (word === undefined) return list([...here.grants], await listGrants());
  if (word !== 'revoke' || id === undefined || more.length > 0)
    return 'Write `/approvals` or `/approvals revoke <id>`.';
  if (here.revoke(id) || (await revokeGrant(id)))
    return `Taken back: \`${id.slice(0, 20)}\`. From now on I ask again.`;
  return `There is no approval \`${id.slice(0, 20)}\`; \`/approvals\` lists them.`;
};

function list(here: Grant[], everywhere: Grant[]): string {
  const lines = [
    ...here.map((grant) => `${lineOf(grant)}, in this conversation`),
    ...everywhere.map((grant) => `${lineOf(grant)}, always`),
  ];
  return lines.length === 0
    ? 'Nothing is approved for longer than one call.'
    : `Approved for longer (\`/approvals revoke <id>\` takes it back):\n\n${lines.join('\n')}`;
}

function lineOf({ id, by, ...call }: Grant): string {
  return `- \`${id}\` ${covered(call)}, by ${by}`;
}
