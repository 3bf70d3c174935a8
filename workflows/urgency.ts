import { type Command, commandOf, isImmediate } from '../contract/commands.ts';
import type { QueuedMessage } from '../contract/state.ts';
import type { Turn } from './turn.ts';

const PRESSING = new Set(['approve', 'deny', 'stop']);

/** Commands that do not wait for the running turn. */
export function isImmediateCommand({ message }: QueuedMessage): boolean {
  const command = commandOf(message);
  return command !== undefined && isImmediate(command);
}

/** Commands for which somebody waits: they are not held up by others that somebody keeps giving. */
export function isPressing({ message }: QueuedMessage): boolean {
  const command = commandOf(message);
  return command !== undefined && 'name' in command && PRESSING.has(command.name);
}

/** `/stop` and `/stop all` end the running turn; with the id of a task it goes on. */
export function stopsTurn(command: Command): command is Extract<Command, { name: string }> {
  return 'name' in command && command.name === 'stop' && ['', 'all'].includes(command.argument.toLowerCase());
}

/** What holdfast says by itself waits for no turn. */
export function isNotice({ message }: QueuedMessage): boolean {
  return message.internal?.kind === 'notice';
}

/** What is obeyed, or told, while a turn runs. */
export function actsAtOnce(queued: QueuedMessage): boolean {
  return isImmediateCommand(queued) || isNotice(queued) || queued.settings.whileBusy === 'interrupt';
}

/** `/new` ends the turn during which it came, but not those that had to wait with it. */
export function isFresh(next: QueuedMessage | undefined, turn: Turn): boolean {
  if (!next) return false;
  const command = commandOf(next.message);
  return command !== undefined && 'name' in command && command.name === 'new' && next.at > turn.startedAt;
}
