import { randomInt } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Admission, AdmissionRequest } from '../contract/admission.ts';
import { ACCOUNT, accountId, count } from '../contract/limits.ts';
import { ACCESS, type KnockAnswer, knock, rolesOf } from '../contract/pairing.ts';
import { CODE_ALPHABET, CODE_LENGTH } from '../contract/pairing-code.ts';
import type { ActivityDependencies } from './activities.ts';
import { queryEntity, updateEntity } from './entity-workflow.ts';
import { updateIdFor } from './update-id.ts';

/**
 * The activity `admit`: asks who is paired, gives a code to who is not, and counts what begins a turn. Each identity and each
 * account is asked once, however many messages there are.
 */
export function createAdmit({ client }: Pick<ActivityDependencies, 'client'>) {
  return async function admit(requests: AdmissionRequest[]): Promise<Admission[]> {
    const answers = await knockAll(client, requests);
    const admissions = requests.map(({ identity, unknown }) =>
      unknown ? admissionBy(answers.get(identity)) : {},
    );
    await countAll(client, requests, admissions);
    return admissions;
  };
}

/** What each identity that the config does not know is answered; nothing for who is not paired and writes in a group. */
async function knockAll(client: Client, requests: AdmissionRequest[]): Promise<Map<string, KnockAnswer>> {
  const unknown = new Map(requests.filter((one) => one.unknown).map((one) => [one.identity, one]));
  const answers = new Map<string, KnockAnswer>();
  if (unknown.size === 0) return answers;
  const roles = await queryEntity(client, ACCESS, rolesOf, [...unknown.keys()]);
  for (const [index, { identity, name, place, direct }] of [...unknown.values()].entries()) {
    const role = roles?.[index];
    if (role) answers.set(identity, { role });
    if (role || !direct) continue;
    const stranger = { identity, place, fresh: newCode(), ...(name === undefined ? {} : { name }) };
    const update = { args: [stranger] as [typeof stranger], updateId: updateIdFor(identity) };
    answers.set(identity, await updateEntity(client, { ...ACCESS, start: {} }, knock, update));
  }
  return answers;
}

function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('');
}

function admissionBy(answer: KnockAnswer | undefined): Admission {
  if (!answer) return { refused: { reason: 'unpaired' } };
  if ('role' in answer) return answer;
  if ('code' in answer)
    return { refused: { reason: 'unpaired', code: answer.code, until: answer.expiresAt } };
  return { refused: { reason: 'crowded', until: answer.until } };
}

/** Counts what is let in, and puts a refusal in the place of each admission that a limit leaves no room for. */
async function countAll(
  client: Client,
  requests: AdmissionRequest[],
  admissions: Admission[],
): Promise<void> {
  const counted = requests.flatMap(({ counts }, index) => {
    const admission = admissions[index] ?? {};
    const isFree = 'refused' in admission || admission.role === 'owner';
    return counts && !isFree ? [{ ...counts, index }] : [];
  });
  for (const [account, messages] of Map.groupBy(counted, (message) => message.account)) {
    const [{ limits }] = messages as [(typeof counted)[number]];
    const results = await updateEntity(client, { type: ACCOUNT, id: accountId(account), start: {} }, count, {
      args: [{ limits, arrivals: messages.map(({ at }) => at) }],
      updateId: updateIdFor(account),
    });
    for (const [position, { index }] of messages.entries()) {
      const reached = results[position];
      if (reached) admissions[index] = { refused: { reason: 'limit', ...reached } };
    }
  }
}
