import type { ConversationView } from '../contract/signals.ts';

/** Commands that holdfast itself answers, the same on every platform. */
const COMMANDS = {
  new: 'start afresh: the agent forgets what was said here',
  stop: 'stop what is running',
  status: 'what is going on',
  help: 'this list',
} as const;

type CommandName = keyof typeof COMMANDS;
export type Command = { name: CommandName } | { unknown: string };

/** The command in a message's text: a first word like `/stop`. `/start` is how Telegram opens a chat. */
export function commandOf(text: string): Command | undefined {
  const word = /^\/([a-z][a-z0-9_]*)(?:\s|$)/i.exec(text.trimStart())?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  if (word === 'start') return { name: 'help' };
  return Object.hasOwn(COMMANDS, word) ? { name: word as CommandName } : { unknown: word };
}

/** Whether a command does not wait for the running turn: all but `/new`, which comes in its order. */
export function isImmediate(command: Command): boolean {
  return 'unknown' in command || command.name !== 'new';
}

/** What a command answers; `/new` has acted before. */
export function answerTo(command: Command, view: ConversationView): string {
  if ('unknown' in command) {
    const all = Object.keys(COMMANDS).map((known) => `\`/${known}\``);
    return `There is no command \`/${command.unknown}\`. There are ${all.join(', ')}.`;
  }
  switch (command.name) {
    case 'new':
      return 'Started afresh: I no longer see what was said before.';
    case 'stop':
      return 'Nothing is running.';
    case 'status':
      return statusText(view);
    case 'help': {
      const lines = Object.entries(COMMANDS).map(([name, does]) => `- \`/${name}\` ${does}`);
      return `Write to me as you would to a person. Commands:\n\n${lines.join('\n')}`;
    }
  }
}

function statusText({ status, turns, waiting, running, usage }: ConversationView): string {
  const tools = running.map((call) => `\`${call.name}\``).join(', ');
  return [
    status === 'idle' ? 'Idle.' : tools ? `Working: running ${tools}.` : 'Working: waiting for the model.',
    `${turns} turns, ${waiting} messages waiting, ${usage.inputTokens + usage.outputTokens} tokens used.`,
  ].join(' ');
}
