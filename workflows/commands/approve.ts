import { hasRole } from '../../contract/access.ts';
import { REACHES, type Reach } from '../../contract/approval.ts';
import { type GivenCommand, type Handler, nameOf } from './handler.ts';

const ID = /^[0-9a-f]{8}$/;
const NOT_FOR_YOU = 'Only an approver can decide that. Nothing was changed.';

export const approve: Handler = (given, parts) => {
  const words = given.argument.toLowerCase().split(/\s+/).filter(Boolean);
  const id = words[0] !== undefined && ID.test(words[0]) ? words.shift() : undefined;
  const [reach = 'once', ...more] = words;
  if (!isReach(reach) || more.length > 0)
    return 'Write `/approve`, `/approve <id>`, `/approve <id> conversation` or `/approve <id> always`.';
  return decide(given, parts, id, { outcome: 'approved', reach });
};

export const deny: Handler = (given, parts) => {
  const id = given.argument.toLowerCase();
  if (id !== '' && !ID.test(id)) return 'Write `/deny` or `/deny <id>`.';
  return decide(given, parts, id || undefined, { outcome: 'denied' });
};

function decide(
  given: GivenCommand,
  parts: Parameters<Handler>[1],
  id: string | undefined,
  verdict: { outcome: 'approved' | 'denied'; reach?: Reach },
) {
  if (!hasRole(given.access.role, 'approver')) return NOT_FOR_YOU;
  const { text, decided } = parts.approvals.decide(id, { ...verdict, by: nameOf(given, parts) });
  // The request's own message tells the decision.
  return decided ? { text, shown: true as const } : text;
}

function isReach(word: string): word is Reach {
  return (REACHES as readonly string[]).includes(word);
}
