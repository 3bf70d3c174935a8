import { workflowInfo } from '@temporalio/workflow';
import { hasRole } from '../../contract/access.ts';
import { FACT_ID, type Fact, MAX_FORGOTTEN, type MemoryOwner } from '../../contract/memory.ts';
import { personOf } from '../../contract/person.ts';
import { forgetMemory, readMemory } from '../activities.ts';
import type { Handler } from './handler.ts';

const USAGE =
  'Write `/memory`, `/memory forget <id>`, `/memory erase` (what I remember of you) or `/memory erase conversation`.';
const UNKNOWN = 'I do not know who you are here, so I remember nothing of you.';
const STAYS = 'What was said in conversations still stands there; `/new` puts that away.';

/** Whose memory a command is about. */
interface Owners {
  here: MemoryOwner;
  /** Who gave the command, if that is known. */
  own: MemoryOwner | undefined;
  /** Others read along. */
  group: boolean;
}

/** `/memory`: what is remembered of who asks and of the conversation, and how to make an end of it. */
export const memory: Handler = ({ argument, access, queued }, { start }) => {
  const person = personOf(start.platform, queued);
  const owners: Owners = {
    here: `conversation/${workflowInfo().workflowId}`,
    own: person === undefined ? undefined : `person/${person}`,
    group: queued.message.group === true,
  };
  const [word, ...more] = argument
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (word === undefined) return list(owners);
  if (word === 'forget' && more.length > 0 && more.length <= MAX_FORGOTTEN && more.every(isId))
    return forgetThese(owners, more);
  if (word === 'erase' && more.length === 0) return eraseOwn(owners);
  if (word === 'erase' && more.join(' ') === 'conversation')
    return eraseHere(owners, hasRole(access.role, 'approver'));
  return USAGE;
};

async function list({ here, own, group }: Owners): Promise<string> {
  // Of a person nothing is listed where others would read it.
  const [ofConversation, ofPerson] = await Promise.all([
    readMemory(here),
    own === undefined || group ? [] : readMemory(own),
  ]);
  return [
    ...(own === undefined ? [UNKNOWN] : group ? [] : [listed('of you', ofPerson)]),
    listed('of this conversation', ofConversation),
    ...(group ? ['What I remember of you is between us: ask me with `/memory` in a direct chat.'] : []),
    USAGE,
  ].join('\n\n');
}

function listed(of: string, facts: Fact[]): string {
  if (facts.length === 0) return `I remember nothing ${of}.`;
  return `What I remember ${of}:\n\n${facts.map(lineOf).join('\n')}`;
}

function lineOf({ id, text, at, by }: Fact): string {
  const said = id.startsWith('c') ? `, ${by}` : '';
  return `- \`${id}\` ${text} (${new Date(at).toISOString().slice(0, 10)}${said})`;
}

/** Nothing is said of what they were: in a group others would read it. */
async function forgetThese({ here, own }: Owners, ids: string[]): Promise<string> {
  const ofPerson = ids.filter((id) => id.startsWith('p'));
  const ofConversation = ids.filter((id) => id.startsWith('c'));
  const gone = await Promise.all([
    own === undefined || ofPerson.length === 0 ? [] : forgetMemory({ owner: own, ids: ofPerson }),
    ofConversation.length === 0 ? [] : forgetMemory({ owner: here, ids: ofConversation }),
  ]);
  const forgotten = gone.flat();
  const missing = ids.filter((id) => !forgotten.includes(id));
  return [
    ...(forgotten.length > 0 ? [`Forgotten: ${codes(forgotten)}. ${STAYS}`] : []),
    ...(missing.length > 0 ? [`There is no ${codes(missing)}; \`/memory\` lists what there is.`] : []),
  ].join('\n\n');
}

async function eraseOwn({ own }: Owners): Promise<string> {
  if (own === undefined) return UNKNOWN;
  const gone = await forgetMemory({ owner: own });
  return `Erased: I remember nothing of you any more (${counted(gone.length)}). ${STAYS}`;
}

async function eraseHere({ here, group }: Owners, approver: boolean): Promise<string> {
  if (group && !approver)
    return 'Only an approver can erase all that I remember of a group; `/memory forget <id>` forgets one thing. Nothing was changed.';
  const gone = await forgetMemory({ owner: here });
  return `Erased: I remember nothing of this conversation any more (${counted(gone.length)}). ${STAYS}`;
}

function counted(facts: number): string {
  return `${facts} ${facts === 1 ? 'fact' : 'facts'}`;
}

function codes(ids: string[]): string {
  return ids.map((id) => `\`${id}\``).join(', ');
}

function isId(word: string): boolean {
  return FACT_ID.test(word);
}
