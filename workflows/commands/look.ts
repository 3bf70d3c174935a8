import { COMMANDS, type CommandSpec } from '../../contract/commands.ts';
import { leftLine } from '../access/refusal-words.ts';
import { readAccount } from '../activities.ts';
import { accountOf } from '../identity.ts';
import { type Handler, nameOf } from './handler.ts';

/** `/help` */
export const help: Handler = () => {
  const lines = COMMANDS.map(({ name, does, argument }: CommandSpec) => {
    const usage = argument === undefined ? `/${name}` : `/${name} ${argument}`;
    return `- \`${usage}\` ${does}`;
  });
  return `Write to me as you would to a person. Commands:\n\n${lines.join('\n')}`;
};

/** What a command that does not exist answers. */
export function unknownCommand(name: string): string {
  const all = COMMANDS.map((known) => `\`/${known.name}\``).join(', ');
  return `There is no command \`/${name.slice(0, 40)}\`. There are ${all}.`;
}

/** `/status` */
export const status: Handler = async (_, parts) => {
  await parts.tasks.dropEnded();
  const { chosen, compaction } = parts;
  const { status: now, turns, waiting, running, usage, approvals, tasks } = parts.view(parts.transcript.seq);
  const tools = running.map((call) => `\`${call.name}\``).join(', ');
  const doing = {
    idle: 'Idle.',
    running: tools === '' ? 'Working: waiting for the model.' : `Working: running ${tools}.`,
    'awaiting-approval': 'Waiting for an approver.',
  }[now];
  const tokens = usage.inputTokens + usage.outputTokens;
  const choice = [chosen.agent && `agent \`${chosen.agent}\``, chosen.model && `model \`${chosen.model}\``];
  return [
    `${doing} ${turns} turns, ${waiting} messages waiting, ${tokens} tokens used.`,
    compaction.failure === undefined
      ? ''
      : `The conversation is long, and summarising its older part failed: ${compaction.failure}. I try again in the next turn; what does not fit until then is left out.`,
    choice.some(Boolean) ? `Chosen: ${choice.filter(Boolean).join(', ')}.` : '',
    tasks.length === 0
      ? ''
      : `${parts.tasks.listed}\n\n\`/stop <task>\` stops one, \`/stop all\` everything.`,
    ...approvals.map(
      ({ id, shown }) => `Waits for approval (\`/approve ${id}\`, \`/deny ${id}\`):\n\n${shown}`,
    ),
  ]
    .filter((line) => line !== '')
    .join('\n\n');
};

/** `/whoami` */
export const whoami: Handler = async (given, parts) => {
  const { role, person, limits } = given.access;
  const known = person === undefined ? '' : ` The operator calls you \`${person}\`.`;
  const { platform, conversation } = parts.start;
  const left = limits ? ` ${leftLine(limits, await readAccount(accountOf(given.queued, parts.start)))}` : '';
  return `You are ${nameOf(given, parts)}, with the role \`${role}\`.${known} This is the conversation \`${platform}/${conversation}\`.${left}`;
};
