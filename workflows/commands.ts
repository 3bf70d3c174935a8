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

export function helpText(): string {
  const lines = Object.entries(COMMANDS).map(([name, does]) => `- \`/${name}\` ${does}`);
  return `Write to me as you would to a person. Commands:\n\n${lines.join('\n')}`;
}

export function unknownCommandText(name: string): string {
  const all = Object.keys(COMMANDS).map((known) => `\`/${known}\``);
  return `There is no command \`/${name}\`. There are ${all.join(', ')}.`;
}
