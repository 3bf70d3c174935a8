import type { InboundMessage } from './message.ts';

/** A command that holdfast itself answers, the same on every platform. */
export interface CommandSpec {
  name: string;
  /** What it does, in a few words; at most 100 characters, as Discord takes them. */
  does: string;
  /** What is written after it, for instance `<id> [always]`. */
  argument?: string;
  /** It comes in its order, after what was said before it; the others do not wait for the running turn. */
  inOrder?: true;
}

export const COMMANDS = [
  { name: 'new', does: 'start afresh: the agent forgets what was said here', inOrder: true },
  { name: 'stop', does: 'stop what is running', argument: '[task | all]' },
  { name: 'status', does: 'what is going on' },
  { name: 'help', does: 'this list' },
  { name: 'queue', does: 'say something that waits for its own turn', argument: '<text>' },
  { name: 'steer', does: 'say something that the running turn takes into account', argument: '<text>' },
  { name: 'retry', does: 'answer my last message again', inOrder: true },
  { name: 'undo', does: 'take back the last turn: the agent forgets it', inOrder: true },
  {
    name: 'branch',
    does: 'go on from a turn; what came after it is kept apart',
    argument: '[turn]',
    inOrder: true,
  },
  { name: 'compact', does: 'summarise what was said, to make room', inOrder: true },
  { name: 'usage', does: 'tokens and cost of this turn, this conversation and today' },
  { name: 'approve', does: 'allow a call', argument: '[id] [conversation | always]' },
  { name: 'deny', does: 'refuse a call', argument: '[id]' },
  { name: 'approvals', does: 'what was approved for longer', argument: '[revoke <id>]' },
  { name: 'pair', does: 'who waits to be let in, or let one in', argument: '[code]' },
  { name: 'remind', does: 'be told something later', argument: '<when> <what>' },
  { name: 'schedules', does: 'what is scheduled here', argument: '[remove <id>]' },
  { name: 'agent', does: 'who answers here, or another agent', argument: '[name]' },
  { name: 'model', does: 'which model answers here, or another one', argument: '[name]' },
  {
    name: 'memory',
    does: 'what is remembered, and how to erase it',
    argument: '[forget <id> | erase [conversation]]',
  },
  { name: 'whoami', does: 'who I am here' },
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof COMMANDS)[number]['name'];

/** A command as it was written; `unknown` when there is none of this name. */
export type Command = { name: CommandName; argument: string } | { unknown: string };

/**
 * The command in a message: a first word like `/stop`. `/start` is how Telegram opens a chat. What holdfast itself puts into
 * a conversation is no command, whatever it says.
 */
export function commandOf({
  text,
  internal,
}: Pick<InboundMessage, 'text' | 'internal'>): Command | undefined {
  if (internal) return undefined;
  const [, word, argument = ''] = /^\/([a-z][a-z0-9_]*)(?:\s+([^]*))?$/i.exec(text.trimStart()) ?? [];
  if (word === undefined) return undefined;
  const wanted = word.toLowerCase() === 'start' ? 'help' : word.toLowerCase();
  const known = COMMANDS.find(({ name }) => name === wanted);
  return known ? { name: known.name, argument: argument.trim() } : { unknown: wanted };
}

/** Whether a command does not wait for the running turn. */
export function isImmediate(command: Command): boolean {
  if ('unknown' in command) return true;
  return !COMMANDS.some((spec) => spec.name === command.name && 'inOrder' in spec);
}
