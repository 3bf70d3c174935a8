import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { queryEntity, updateEntity } from '../activities/entity-workflow.ts';
import { ROLES, type Role } from '../contract/access.ts';
import { ACCESS, type PairingView, pairings, revoke, type Stranger, tryCode } from '../contract/pairing.ts';
import { CODE_LENGTH, readCode } from '../contract/pairing-code.ts';
import { askTemporal } from './temporal/ask-temporal.ts';
import { UserError } from './user-error.ts';

/** Who tries codes here, for the lock-out. */
const BY = 'cli';
const ENTITY = { ...ACCESS, start: {} };

/** `pair`: who waits to be let in, and who was let in; in words or as JSON. */
export async function listPairings(env: NodeJS.ProcessEnv, json: boolean): Promise<string> {
  const ask = (client: Client) => queryEntity(client, ACCESS, pairings, Date.now());
  const view = (await askTemporal(env, ask)) ?? { paired: [], pending: [] };
  return json ? JSON.stringify(view) : inWords(view);
}

/** `pair approve <code>`: lets in who was given the code. Returns what to say; throws a UserError if nobody was let in. */
export async function approvePairing(
  env: NodeJS.ProcessEnv,
  typed: string,
  wanted = 'user',
): Promise<string> {
  const code = readCode(typed);
  if (code === undefined)
    throw new UserError(`"${typed}" is no code: one has ${CODE_LENGTH} letters and digits.`);
  const role = ROLES.find((one) => one === wanted);
  if (!role) throw new UserError(`--role: must be one of ${ROLES.join(', ')}`);
  const result = await askTemporal(env, (client) => approve(client, code, role));
  switch (result.outcome) {
    case 'paired': {
      const { paired, isNew } = result;
      const who = `${nameOf(paired)} is let in, as ${paired.role}`;
      return isNew ? `${who}, and is told so.` : `${who}, since ${new Date(paired.at).toISOString()}.`;
    }
    case 'wrong':
      throw new UserError(
        `No one waits with this code: it is wrong, or has expired. ${result.left} more tries.`,
      );
    case 'locked':
      throw new UserError(
        `Too many wrong codes: none is taken until ${new Date(result.until).toISOString()}.`,
      );
    case 'full':
      throw new UserError('No more people can be let in: end a pairing first, with pair revoke.');
  }
}

/** `pair revoke <identity>`: ends a pairing. Returns what to say; throws a UserError if there is none. */
export async function revokePairing(env: NodeJS.ProcessEnv, identity: string): Promise<string> {
  const update = { args: [identity] as [string], updateId: randomUUID() };
  if (await askTemporal(env, (client) => updateEntity(client, ENTITY, revoke, update)))
    return `${identity} is not let in any more.`;
  throw new UserError(`${identity} is not paired. People of the config are changed there.`);
}

function approve(client: Client, code: string, role: Role) {
  return updateEntity(client, ENTITY, tryCode, {
    args: [{ code, role, by: BY }],
    updateId: randomUUID(),
  });
}

function inWords({ pending, paired }: PairingView): string {
  const waiting = pending.map((one) => `  ${nameOf(one)}, until ${new Date(one.expiresAt).toISOString()}`);
  const known = paired.map((one) => `  ${nameOf(one)}, ${one.role}, let in by ${one.by}`);
  return [
    pending.length === 0
      ? 'Nobody waits to be let in.'
      : 'These wait to be let in; each has told you its code:',
    ...waiting,
    paired.length === 0 ? 'Nobody was let in so far.' : 'These were let in:',
    ...known,
  ].join('\n');
}

/** A stranger chooses their name: it must not move the cursor, or look like another line. */
function nameOf({ identity, name = '' }: Stranger): string {
  const shown = name.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return shown === '' ? identity : `${identity} (${shown.slice(0, 40)})`;
}
