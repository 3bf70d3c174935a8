import { hasRole } from '../../contract/access.ts';
import type { CodeResult, PairingView, Stranger } from '../../contract/pairing.ts';
import { CODE_LENGTH, readCode } from '../../contract/pairing-code.ts';
import { timeAfter, timeOf } from '../access/refusal-words.ts';
import { listPairings, tryPairingCode } from '../activities.ts';
import { identityOf } from '../identity.ts';
import type { Handler } from './handler.ts';

/** `/pair`: who waits to be let in; with a code, lets its owner in. */
export const pair: Handler = async ({ argument, access, queued }, { start }) => {
  if (!hasRole(access.role, 'approver')) return 'Only an approver can let people in. Nothing was changed.';
  if (argument === '') return listed(await listPairings());
  const code = readCode(argument);
  if (code === undefined) return `A code has ${CODE_LENGTH} letters and digits: \`/pair <code>\`.`;
  const by = identityOf(queued.message, start) ?? 'the operator';
  return told(await tryPairingCode({ code, role: 'user', by }));
};

function listed({ pending, paired }: PairingView): string {
  const lines = pending.map((one) => `- ${nameOf(one)}, until ${timeOf(one.expiresAt)} UTC`);
  const waiting =
    lines.length === 0 ? 'Nobody waits to be let in.' : `These wait to be let in:\n\n${lines.join('\n')}`;
  return `${waiting}\n\n${paired.length} were let in so far. \`/pair <code>\` lets in who gave you the code.`;
}

function told(result: CodeResult): string {
  switch (result.outcome) {
    case 'paired': {
      const { paired, isNew } = result;
      return isNew
        ? `${nameOf(paired)} is let in, as \`${paired.role}\`, and is told so.`
        : `${nameOf(paired)} was let in with this code before.`;
    }
    case 'wrong':
      return `No one waits with this code: it is wrong, or has expired. ${result.left} more tries.`;
    case 'locked':
      return `Too many wrong codes: I take none from you until ${timeAfter(result.until)} UTC.`;
    case 'full':
      return 'No more people can be let in: end a pairing first.';
  }
}

/** A stranger chooses their name: it must not look like more than one. */
function nameOf({ identity, name = '' }: Stranger): string {
  const shown = name.replaceAll(/[\s`*_[\]()<>#|~\\]+/g, ' ').trim();
  return shown === '' ? `\`${identity}\`` : `${shown.slice(0, 40)} (\`${identity}\`)`;
}
