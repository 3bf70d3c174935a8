import { REACHES } from '../../contract/approval.ts';
import { maskSecrets } from '../../contract/mask-secrets.ts';
import type { ApprovalEntry, DecisionEntry, Shown } from '../../contract/transcript.ts';

type Asked = Pick<ApprovalEntry, 'id' | 'tool' | 'shown' | 'scope' | 'expiresAt' | 'task'>;

/** What a request looks like: the call, what approving it means, buttons, and how to decide without them. */
export function asked(request: Asked): Pick<ApprovalEntry, 'text' | 'buttons'> {
  const { id, shown, expiresAt, task } = request;
  const until = new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ');
  const text = [
    `🔐 May ${task === undefined ? 'I' : `task \`${task}\``} do this?\n\n${shown}`,
    `“Always” and “for this conversation” cover ${covered(request)}.`,
    `Only an approver can decide, until ${until} UTC: \`/approve ${id}\`, \`/approve ${id} conversation\`, \`/approve ${id} always\` or \`/deny ${id}\`.`,
  ].join('\n\n');
  const labels = { once: 'Approve', conversation: 'For this conversation', always: 'Always' };
  const approvals = REACHES.map((reach) => ({
    label: labels[reach],
    value: reach === 'once' ? `/approve ${id}` : `/approve ${id} ${reach}`,
  }));
  return { text, buttons: [...approvals, { label: 'Deny', value: `/deny ${id}` }] };
}

/** Longest scope that is shown, in characters. */
const LONGEST_SCOPE = 200;

/** What approving for longer covers, secrets masked. */
export function covered({ tool, scope }: Pick<Asked, 'tool' | 'scope'>): string {
  if (scope === '') return `every call of \`${tool}\``;
  const masked = maskSecrets(scope).replaceAll(/\s+/g, ' ');
  const shown = masked.length > LONGEST_SCOPE ? `${masked.slice(0, LONGEST_SCOPE).toWellFormed()}…` : masked;
  // Whatever stands in it cannot end the code that it is shown as.
  const fence = '`'.repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)));
  const space = fence.length > 1 ? ' ' : '';
  return `every call of \`${tool}\` for ${fence}${space}${shown}${space}${fence}`;
}

/** The request once it is decided: the call and the decision, without buttons. */
export function decided(request: ApprovalEntry, decision: DecisionEntry): Shown {
  const { seq, turn, answers, shown } = request;
  return { seq, turn, answers, text: `${shown}\n\n${decisionLine(decision, request.task)}` };
}

function decisionLine(
  { outcome, reach, by }: Pick<DecisionEntry, 'outcome' | 'reach' | 'by'>,
  task?: string,
): string {
  switch (outcome) {
    case 'approved': {
      const further = { once: '', conversation: ', for this conversation', always: ', always' };
      return `✅ Approved by ${by}${further[reach ?? 'once']}.`;
    }
    case 'denied':
      return `🚫 Denied by ${by}.`;
    case 'expired':
      return '⌛ Expired: nobody decided in time, so it was not done.';
    case 'cancelled':
      return task === undefined ? 'Not decided: the turn was stopped.' : 'Not decided: the task has ended.';
  }
}
